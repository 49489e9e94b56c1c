"""Topics, the values people care for, and the arguments (cards) that speak to one value each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from probes.core.transcript import Transcript
from probes.shared.world import Square, Tongue, names, tongue

VALUES = ("cost", "health", "fairness", "freedom")
"""What a person cares for, and what a card argues from."""
PROFILES = ("shown", "swapped", "none")
"""Who is to be won over: the person of the row; the other one of the two whose values are told; the first, untold."""
CARDS = ("nothing", "fitting", "other", "contrary", "filler")
"""What a listener hears: nothing, a card of their value, of another, one against, a remark as long as the fitting."""


@dataclass(frozen=True)
class Topic:
    """A proposal with four cards for it, and two people.

    Parameters
    ----------
    topic : str
        Name of the proposal, the independent unit.
    who, third : str
        The person of the row, and the other one.
    wording : int
        Which wording of what people care for.
    apart : int
        By how many values the other person's comes after the first one's, 1 to 3.
    """

    topic: str
    who: str
    third: str
    wording: int = 0
    apart: int = 1
    language: str = "en"

    @property
    def words(self) -> Tongue:
        """The tongue of proposals, cards and values."""
        return tongue("cards", self.language)

    def facts(self) -> dict[str, str | int]:
        """The columns a topic brings to a record."""
        return {"topic": self.topic, "wording": self.wording, "language": self.language}

    @property
    def proposal(self) -> str:
        """The proposal, as a line."""
        return self.words.phrase("proposal", text=self.words.phrase("proposal", 0, self.topic))

    def cares(self, value: str, who: str = "") -> str:
        """What somebody cares for, in a sentence."""
        return self.words.phrase(f"cares_{value}", self.wording, who=who or self.who)

    def card(self, value: str) -> str:
        """The argument for the proposal that speaks to a value."""
        return self.words.phrase(value, 0, self.topic)

    def hears(self, arm: str, value: str, other: str) -> str:
        """What a listener who cares for `value` hears in an arm; `other` is the value of the unfitting card."""
        if arm == "contrary":
            return self.words.phrase(f"against_{value}", self.wording)
        return self._filler(self.card(value)) if arm == "filler" else self.card(value if arm == "fitting" else other)

    def _filler(self, card: str) -> str:
        """The remark that says nothing for or against, nearest in words to a card."""
        remarks = self.words.phrases["filler"]
        return str(min(remarks, key=lambda text: abs(len(text.split()) - len(card.split()))))

    def appeal(self, profile: str) -> Square:
        """The four values of the row's person, and the four cards.

        Both people's values are told in the same words whoever is to be won over: `shown` and `swapped` differ in the
        name in the last line, so that whatever the values call up by themselves is in both.
        """
        end = self.words.phrase("win", who=self.third if profile == "swapped" else self.who)
        rows = ["\n".join([self.proposal, *self.told(at, profile), end]) for at in range(len(VALUES))]
        return Square(tuple(Transcript().user(row) for row in rows), tuple(map(self.card, VALUES)))

    def told(self, at: int, profile: str) -> list[str]:
        """What the two people care for; who comes first takes turns."""
        if profile == "none":
            return []
        other = VALUES[(at + self.apart) % len(VALUES)]
        lines = [self.cares(VALUES[at], self.who), self.cares(other, self.third)]
        return lines if (at + self.apart) % 2 else lines[::-1]

    def asked(self, arm: str, value: str, other: str, scale: str) -> Transcript:
        """A listener is asked how far they agree, after what they have heard."""
        heard = self.words.phrase("nothing") if arm == "nothing" else \
            self.words.phrase("heard", card=self.hears(arm, value, other))  # fmt: skip
        lines = [self.words.phrase("persona", who=self.who, profile=self.cares(value)), self.proposal, heard]
        return Transcript().user("\n".join([*lines, self.words.phrase(scale)]))


def topics(count: int, rounds: int = 1, seed: int = 0, language: str = "en") -> list[Topic]:
    """`count` proposals, each with `rounds` pairs of people; wordings take turns. ValueError for too many proposals."""
    known = list(tongue("cards", language).variables)
    if count > len(known):
        raise ValueError(f"there are {len(known)} topics, not {count}")
    rng, made = np.random.default_rng(seed), []
    for turn in range(rounds):
        for at, topic in enumerate(known[:count]):
            who, third = names(2, rng)
            made.append(Topic(topic, who, third, (at + turn) % 2, 1 + (at // 2 + turn) % 3, language))
    return made


def listeners(number: int, count: int) -> list[tuple[str, str]]:
    """`count` people for the topic of a number: the value that each cares for, and another one.

    What fits one is the other one's of the next, within a topic or, of one person each, over four: a taste for values
    cancels.
    """
    step = 2 if count == 2 else 1
    own = [(number + turn * step) % len(VALUES) for turn in range(count)]
    others = [*own[1:], own[0] if count > 1 else (number + 1) % len(VALUES)]
    return [(VALUES[value], VALUES[other]) for value, other in zip(own, others, strict=True)]
