"""Reference games: three things, words for colour and shape, and what an ideal speaker or listener would do.

The listener of rational speech acts (Frank and Goodman 2012) hears a word that fits two things and asks which of them
the speaker would have called so: where only one of the two has a word of its own, it is the other that was meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

COLOURS = ("blue", "green", "red", "yellow", "purple", "white")
SHAPES = ("square", "circle", "triangle", "star", "heart", "cross")
THINGS = ("meant", "unique", "third")
"""`meant` shares a part with either of the others and has no word of its own; the others share none with each other."""

Thing = tuple[str, str]
"""Colour and shape."""


@dataclass(frozen=True)
class Context:
    """Three things of two colours and two shapes.

    Parameters
    ----------
    number : int
        The independent unit.
    colours, shapes : (str, str)
        Those of `meant` first.
    by_shape : bool
        Whether `meant` and `unique` share their shape, and not their colour.
    order : tuple of int
        Places of `meant`, `unique` and `third` in what is shown.
    """

    number: int
    colours: tuple[str, str]
    shapes: tuple[str, str]
    by_shape: bool
    order: tuple[int, int, int]

    def facts(self) -> dict[str, str]:
        """The columns of a context."""
        listed = ", ".join(" ".join(self.things()[name]) for name in self.shown())
        return {"things": listed, "shared_part": self.part}

    @property
    def part(self) -> str:
        """What `meant` and `unique` have in common."""
        return "shape" if self.by_shape else "colour"

    def things(self) -> dict[str, Thing]:
        """Name -> colour and shape."""
        (colour, other), (shape, second) = self.colours, self.shapes
        by_colour, by_shape = (colour, second), (other, shape)
        unique, third = (by_shape, by_colour) if self.by_shape else (by_colour, by_shape)
        return {"meant": (colour, shape), "unique": unique, "third": third}

    def words(self) -> list[str]:
        """All words that fit something, in alphabetical order."""
        return sorted({word for thing in self.things().values() for word in thing})

    def shared(self) -> str:
        """The word of `meant` and `unique`."""
        return self.things()["meant"][self.by_shape]

    def own(self, name: str) -> str:
        """The word that fits this thing alone: of `unique` or `third`."""
        others = {word for other, thing in self.things().items() if other != name for word in thing}
        return next(word for word in self.things()[name] if word not in others)

    def shown(self) -> list[str]:
        """The names of the three things in the order in which they are shown."""
        return sorted(THINGS, key=lambda name: self.order[THINGS.index(name)])


def contexts(count: int, seed: int = 0) -> list[Context]:
    """Drawn contexts; colour and shape change parts after every six, and every order of three comes equally often."""
    rng = np.random.default_rng(seed)
    orders = [(0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 1, 0), (2, 0, 1), (0, 2, 1)]
    made = []
    for number in range(count):
        (colour, other, *_), (shape, second, *_) = rng.permutation(COLOURS).tolist(), rng.permutation(SHAPES).tolist()
        by_shape = bool(number // len(orders) % 2)
        made.append(Context(number, (colour, other), (shape, second), by_shape, orders[number % len(orders)]))
    return made


def literal_listener(things: dict[str, Thing], word: str) -> dict[str, float]:
    """All things that a word fits alike."""
    fits = {name: float(word in thing) for name, thing in things.items()}
    return {name: fit / sum(fits.values()) for name, fit in fits.items()}


def speaker(things: dict[str, Thing], name: str, alpha: float, words: Iterable[str] = ()) -> dict[str, float]:
    """Words of a thing, each in proportion to its literal listener's belief in the thing to the power of alpha.

    `words` restricts what may be said.
    """
    allowed = [word for word in things[name] if not words or word in words]
    weights = {word: literal_listener(things, word)[name] ** alpha for word in allowed}
    return {word: weight / sum(weights.values()) for word, weight in weights.items()}


def pragmatic_listener(
    things: dict[str, Thing], word: str, alpha: float, words: Iterable[str] = ()
) -> dict[str, float]:
    """What was meant, if the speaker is `speaker` and every thing is equally likely to be meant."""
    likely = {name: speaker(things, name, alpha, words).get(word, 0.0) for name in things}
    return {name: value / sum(likely.values()) for name, value in likely.items()}
