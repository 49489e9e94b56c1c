"""Two people of different rank with an order each for one and the same thing, and sixteen ways to put it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from probes.core.transcript import Transcript
from probes.shared.world import Square, Tongue, names, tongue

CELLS = tuple((rank, last, length, urgent) for rank, last, length, urgent in product((1, -1), repeat=4))
"""All combinations of four factors, +1 where the first person has it: higher rank, last word, ten words more, urgency.
A half fraction would not do: the leaning turns round where the people do, so nothing but main effects and threes of
factors is left in it, and in a half fraction each main effect is one with the other three factors together."""
FLIP = (CELLS[0], (-CELLS[0][0], *CELLS[0][1:]))
"""Two cells that differ in rank only."""
GAPS = (2, 4, 6)
MIDDLE, PADDING = 5, 10
"""Rank between the two, and words that a long order has more."""


@dataclass(frozen=True)
class Scene:
    """Two people and two values of one thing.

    Parameters
    ----------
    scene : str
        The independent unit.
    what : str
        What is to be decided.
    values : (str, str)
        What the first and the second person want.
    people : (str, str)
        Their names.
    gap : int
        How many ranks apart they are.
    """

    scene: str
    what: str
    values: tuple[str, str]
    people: tuple[str, str]
    gap: int
    language: str = "en"

    @property
    def words(self) -> Tongue:
        """The tongue of orders."""
        return tongue("orders", self.language)

    def facts(self) -> dict[str, str | int]:
        """The columns a scene brings to a record."""
        return {"scene": self.scene, "about": self.what, "rank_gap": self.gap, "language": self.language}

    def label(self, at: int) -> str:
        """What a person wants, in a word."""
        return self.words.label(self.what, self.values[at])

    def ranks(self, rank: int) -> str:
        """Who has which rank; the first person the higher where `rank` is 1."""
        one, two = (MIDDLE + sign * rank * self.gap // 2 for sign in (1, -1))
        return self.words.phrase("ranks", first=self.people[0], second=self.people[1], one=one, two=two)

    def order(self, at: int, wants: int, long: bool, urgent: bool) -> str:
        """One person's order, as a line."""
        text = self.words.phrase("order", 0, self.what, value=self.label(wants))
        urgency = self.words.phrase("urgent" if urgent else "calm")
        padding = f" {self.words.phrase('padding')}" if long else ""
        return self.words.phrase("says", who=self.people[at], urgency=urgency, text=text + padding)

    def asked(self, cell: tuple[int, int, int, int], aligned: bool = False) -> Transcript:
        """What will it be? In `aligned` both want what the first wants."""
        rank, last, length, urgent = cell
        first = self.order(0, 0, length > 0, urgent > 0)
        second = self.order(1, 0 if aligned else 1, length < 0, urgent < 0)
        orders = (second, first) if last > 0 else (first, second)
        return Transcript().user("\n".join([self.ranks(rank), *orders, self.words.phrase("ask", 0, self.what)]))

    @property
    def stem(self) -> str:
        """The beginning of the reply, which what somebody wants completes."""
        return self.words.phrase("stem", 0, self.what)

    def highest(self) -> Square:
        """Who has the higher rank? The two answers to the two ways round."""
        asked = [f"{self.ranks(rank)}\n{self.words.phrase('highest')}" for rank in (1, -1)]
        rows, stem = tuple(Transcript().user(text) for text in asked), self.words.phrase("holder")
        return Square(rows, (f" {self.people[0]}", f" {self.people[1]}"), prefill=stem)


def scenes(count: int, seed: int = 0, language: str = "en") -> Iterator[Scene]:
    """`count` scenes; what is decided and how far ranks are apart take turns, names and values are drawn."""
    rng, words = np.random.default_rng(seed), tongue("orders", language)
    for number in range(count):
        what = list(words.variables)[number % len(words.variables)]
        one, two = rng.choice(words.values(what), 2, replace=False)
        people = names(2, rng)
        gap = GAPS[(number + number // len(words.variables)) % len(GAPS)]
        yield Scene(f"scene-{number}", what, (str(one), str(two)), (people[0], people[1]), gap, language)
