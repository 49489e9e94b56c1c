"""Reference games: three things, words for colour and shape, and what an ideal speaker or listener would do.

The listener of rational speech acts (Frank and Goodman 2012) hears a word that fits two things and asks which of them
the speaker would have called so: where only one of the two has a word of its own, it is the other that was meant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

COLOURS = ("blue", "green", "red", "yellow", "purple", "orange")
SHAPES = ("square", "circle", "triangle", "star", "heart", "cross")
THINGS = ("meant", "unique", "third")
"""What a word fits: `meant` has no word of its own, `unique` has one, `third` completes the three."""

Thing = tuple[str, str]
"""Colour and shape."""


@dataclass(frozen=True)
class Context:
    """Three things of two colours and two shapes, and the twin in which the two that share a word are alike.

    Parameters
    ----------
    number : int
        The independent unit.
    colours : (str, str)
        Of `meant` and `unique`, and of the third.
    shapes : (str, str, str)
        Of `meant`, of `unique`, and of the twin's third.
    by_shape : bool
        Whether colour and shape change parts: then `meant` and `unique` share their shape.
    order : tuple of int
        Places of `meant`, `unique` and `third` in what is shown.
    """

    number: int
    colours: tuple[str, str]
    shapes: tuple[str, str, str]
    by_shape: bool
    order: tuple[int, int, int]

    def facts(self) -> dict[str, str]:
        """The columns of a context."""
        listed = ", ".join(" ".join(self.things()[name]) for name in self.shown())
        return {"things": listed, "shared_part": "shape" if self.by_shape else "colour"}

    def things(self, twin: bool = False) -> dict[str, Thing]:
        """`meant` and `unique` share a word; in the twin the third shares none with either."""
        (shared, other), (one, two, three) = self.colours, self.shapes
        parts = {"meant": (shared, one), "unique": (shared, two), "third": (other, three if twin else one)}
        return {name: part[::-1] if self.by_shape else part for name, part in parts.items()}

    def words(self, twin: bool = False) -> list[str]:
        """All words that fit something, in alphabetical order."""
        return sorted({word for thing in self.things(twin).values() for word in thing})

    def shared(self) -> str:
        """The word of `meant` and `unique`."""
        first, second = self.things()["meant"], self.things()["unique"]
        return next(iter(set(first) & set(second)))

    def shown(self, twin: bool = False) -> list[str]:
        """The names of the three things in the order in which they are shown."""
        return sorted(self.things(twin), key=lambda name: self.order[THINGS.index(name)])


def contexts(count: int, seed: int = 0) -> list[Context]:
    """Drawn contexts; colour and shape change parts after every six, and every order of three comes equally often."""
    rng = np.random.default_rng(seed)
    orders = [(0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 1, 0), (2, 0, 1), (0, 2, 1)]  # neighbours exchange meant and unique
    made = []
    for number in range(count):
        colours, shapes = rng.permutation(COLOURS), rng.permutation(SHAPES)
        by_shape = bool(number // len(orders) % 2)
        two, three = (shapes, colours) if by_shape else (colours, shapes)
        made.append(Context(number, (str(two[0]), str(two[1])), (str(three[0]), str(three[1]), str(three[2])), by_shape,
                            orders[number % len(orders)]))  # fmt: skip
    return made


def literal_listener(things: dict[str, Thing], word: str) -> dict[str, float]:
    """All things that a word fits alike."""
    fits = {name: float(word in thing) for name, thing in things.items()}
    return {name: fit / sum(fits.values()) for name, fit in fits.items()}


def speaker(things: dict[str, Thing], name: str, alpha: float) -> dict[str, float]:
    """Words of a thing, each in proportion to its literal listener's belief in the thing to the power of alpha."""
    weights = {word: literal_listener(things, word)[name] ** alpha for word in things[name]}
    return {word: weight / sum(weights.values()) for word, weight in weights.items()}


def pragmatic_listener(things: dict[str, Thing], word: str, alpha: float) -> dict[str, float]:
    """What was meant, if the speaker is `speaker` and every thing is equally likely to be meant."""
    likely = {name: speaker(things, name, alpha).get(word, 0.0) for name in things}
    return {name: value / sum(likely.values()) for name, value in likely.items()}
