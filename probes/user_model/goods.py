"""The elicitation game: goods with yes-or-no attributes, a user who wants one of them, and what a question is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from probes.core.transcript import Transcript
from probes.shared.world.belief import Belief
from probes.shared.world.things import Thing, things
from probes.shared.world.tongue import Tongue, tongue

SHARES: Mapping[str, float] = {"light": 0.5, "quiet": 0.5, "cheap": 0.5, "round": 0.25, "blue": 0.125, "old": 0.125}
"""Attribute -> share of the goods that have it; in a shop the attributes take these shares in a drawn order."""
WORDS = tuple(SHARES)
NAMES = ("Alda", "Brio", "Cora", "Dexo", "Elva", "Fino", "Gero", "Hulo")
Answers = tuple[tuple[str, bool], ...]
"""Attributes asked about and what the user said. A good's name stands for a recommendation and what was said to it; an
attribute right after a name was said in the same breath: what the good should have been."""


@dataclass(frozen=True)
class Shop:
    """Goods in the order shown and the one that the user wants; all are equally probable before the first answer."""

    goods: tuple[Thing, ...]
    wanted: str
    listed: tuple[str, ...]
    """Attributes in the order in which every good lists them."""
    drawn: tuple[str, ...]
    """Attributes in a random order: of two that tell as much, the path asks the earlier one."""
    language: str = "en"

    def facts(self) -> dict[str, Any]:
        """The good that is wanted and its place in the catalogue, from 0."""
        slot = [good.name for good in self.goods].index(self.wanted)
        return {"wanted": self.wanted, "slot": slot, "language": self.language}

    @property
    def words(self) -> Tongue:
        """The sentences of the shop."""
        return tongue("shop", self.language)

    def word(self, what: str) -> str:
        """The word for an attribute."""
        return self.words.label("attribute", what)

    def _line(self, good: Thing) -> str:
        traits = ", ".join(f"{self.word(what)} {self._answer(good.holds(what))}" for what in self.listed)
        return self.words.phrase("line", good=good.name, traits=traits)

    def _answer(self, yes: bool) -> str:
        return self.words.phrase("yes" if yes else "no")

    def belief(self, answers: Answers) -> Belief:
        """Exact posterior over the goods' names, the user being truthful."""
        fit = [set(self.having(what, yes)) for what, yes in answers]
        return Belief({g.name: float(all(g.name in names for names in fit)) for g in self.goods})

    def gains(self, answers: Answers) -> dict[str, float]:
        """Attribute -> expected information of asking about it, in nats."""
        belief = self.belief(answers)
        return {what: belief.gain(self._having(what).__contains__) for what in self.drawn}

    def _having(self, what: str) -> frozenset[str]:
        return frozenset(self.having(what, True))

    def having(self, what: str, yes: bool) -> tuple[str, ...]:
        """Names of the goods of which an attribute is true or false; of a good's name, that good or all others."""
        return tuple(g.name for g in self.goods if (g.name == what if what in NAMES else g.holds(what)) == yes)

    def path(self) -> Answers:
        """Questions of highest gain and their true answers until one good is left."""
        answers: Answers = ()
        while max((gains := self.gains(answers)).values()) > 1e-12:
            what = max(gains, key=lambda one: round(gains[one], 9))
            answers = (*answers, (what, self.wanted in self.having(what, True)))
        return answers

    def critique(self) -> Answers:
        """A good recommended at once and declined, and what it should have been: of all attributes the most telling.

        The good is the next in the catalogue that lacks it; so do others, and the opposite would have been no lie.
        """
        what, yes = self.path()[0]
        names = [good.name for good in self.goods]
        at, wrong = names.index(self.wanted), self.having(what, not yes)
        return (next(name for name in (*names[at:], *names[:at]) if name in wrong), False), (what, yes)

    def talk(self, answers: Answers) -> Transcript:
        """The catalogue, then what was asked or recommended and what the user said to it."""
        turns = ["\n".join([self.words.phrase("head"), *map(self._line, self.goods), self.words.phrase("want")])]
        before = ""
        for what, yes in answers:
            said = f"{self._answer(yes).capitalize()}."
            if before in NAMES:
                turns[-1] += " " + self.words.phrase("should" if yes else "should_not", attribute=self.word(what))
            elif what in NAMES:
                turns += [f"{self.words.phrase('recommend')} {what}.", said]
            else:
                turns += [self.words.phrase("asked", attribute=self.word(what)), said]
            before = what
        talk = Transcript()
        for at, text in enumerate(turns):
            talk = talk.assistant(text) if at % 2 else talk.user(text)
        return talk


def shops(number: int, seed: int, language: str = "en") -> Iterator[Shop]:
    """Shops in which the wanted good has every place in the catalogue once in eight, and every name.

    Attributes take every place in a line in turn, and which has which share is drawn: a taste for a word or a place
    gains what a random question gains.
    """
    rng = np.random.default_rng(seed)
    for at in range(number):
        slot, turn = at % len(NAMES), at % len(SHARES)
        if not slot:
            wanted = rng.permutation(NAMES).tolist()
        names = rng.permutation([name for name in NAMES if name != wanted[slot]]).tolist()
        names.insert(slot, wanted[slot])
        drawn = rng.permutation(list(SHARES)).tolist()
        goods = things(names, dict(zip(drawn, SHARES.values(), strict=True)), rng)
        yield Shop(tuple(goods), wanted[slot], (*WORDS[turn:], *WORDS[:turn]), tuple(drawn), language)


def questions(goods: Sequence[Thing], player: str) -> float:
    """Expected questions until one good is left: `best`, or `random` (no attribute twice)."""

    @cache
    def cost(left: frozenset[int], free: frozenset[str]) -> float:
        if len(left) == 1:
            return 0.0
        after: list[float] = []
        for what in sorted(free):
            yes = frozenset(at for at in left if goods[at].holds(what))
            parts = [part for part in (yes, left - yes) if part]
            if player == "random" or len(parts) == 2:
                after.append(1 + sum(len(part) / len(left) * cost(part, free - {what}) for part in parts))
        return min(after) if player == "best" else sum(after) / len(after)

    return cost(frozenset(range(len(goods))), frozenset(SHARES))


def facts(shop: Shop, answers: Answers, arm: str) -> dict[str, Any]:
    """What a row says of the state that the model was in."""
    top = max(shop.belief(answers).p(name) for name in NAMES)
    asked = 0 if answers and answers[0][0] in NAMES else len(answers)
    return {"wish": arm, "asked_before": asked, "posterior": top}
