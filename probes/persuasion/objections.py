"""Three objections of one person, each met with a move of which one is wrong: which of them lost the person?

A square has three states: the wrong move comes first, second or third, and all else is the same. The wrong move is of
the fourth type, which no objection of the square has; over a set of four squares each type is the wrong one once. So
who blames a place, or always the same kind of move, finds the wrong move in one case of three, exactly, and pairs 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from probes.core.transcript import Transcript
from probes.persuasion.partners import TYPES
from probes.shared.world import names, tongue

TURNS = ("first", "second", "third")
SEEN = ("moves", "talk")
"""What is shown: the moves alone, which do not tell; or the objections, too."""


@dataclass(frozen=True)
class Objections:
    """One square of talks.

    Parameters
    ----------
    pool : int
        Number of the set, the independent unit.
    wrong : str
        Type of the wrong move.
    kinds : tuple of str
        Types of the three objections, in order.
    wording : int
        Which wordings of the objections.
    """

    pool: int
    wrong: str
    kinds: tuple[str, ...]
    who: str
    topic: str
    wording: int = 0
    language: str = "en"

    def facts(self) -> dict[str, str | int]:
        """The columns a square brings to a record."""
        return {"pool": self.pool, "tried": self.wrong, "topic": self.topic, "language": self.language}

    def moves(self, at: int) -> tuple[str, ...]:
        """Types of the moves where the wrong one has a place."""
        return tuple(self.wrong if place == at else kind for place, kind in enumerate(self.kinds))

    def asked(self, at: int, seen: str, options: str) -> Transcript:
        """The talk with the wrong move at a place, and which one it was."""
        words, cards = tongue("partners", self.language), tongue("cards", self.language)
        proposal = cards.phrase("proposal", text=cards.phrase("proposal", 0, self.topic))
        lines = [words.phrase("table"), words.phrase("setting", who=self.who, proposal=proposal)]
        for place, (kind, move) in enumerate(zip(self.kinds, self.moves(at), strict=True)):
            cue = words.phrase("cue", self.wording + place, kind)
            lines += [words.phrase("objects", who=self.who, cue=cue)] if seen == "talk" else []
            lines.append(words.phrase("move", 0, move))
        lines += [words.phrase("no", who=self.who), words.phrase("blame", who=self.who, options=options)]
        return Transcript().user("\n".join(lines))


def objections(sets: int, seed: int = 0, language: str = "en") -> Iterator[Objections]:
    """Sets of four squares; persons, topics and the order of objections are drawn, wordings take turns."""
    rng, topics = np.random.default_rng(seed), list(tongue("cards", language).variables)
    for number in range(sets):
        for turn, wrong in enumerate(TYPES):
            kinds = rng.permutation([kind for kind in TYPES if kind != wrong]).tolist()
            (who,), topic = names(1, rng), topics[int(rng.integers(len(topics)))]
            yield Objections(number, wrong, tuple(kinds), who, topic, number + turn, language)
