"""Does the model know how somebody speaks to a person they like, and to one they do not?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Row, Trial
from probes.core.transcript import Transcript
from probes.shared.world import LANGUAGES, Square, names, tongue
from probes.shared.world.square import MEASURES

FEELINGS = {"likes": "warm", "dislikes": "cold"}
"""What is said of the relation -> the line that follows from it."""


@dataclass(frozen=True)
class Relation(Probe):
    """Does the model know how somebody speaks to a person they like, and to one they do not?

    A trial is an event between two people, told twice with the sign of their relation flipped: a square of two. The
    warm and the cold line are the same in both, so a taste for friendliness cancels.
    """

    pairs: int = 4
    """Pairs of people for each event."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    pair_seed: int = 0
    """Seed of the pairs of people."""

    measures: ClassVar[Mapping[str, str]] = MEASURES
    chance: ClassVar[Mapping[str, float]] = {"pairing": 0.0, "hit": 0.5, "mrr": 0.75}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"language": LANGUAGES}
    unit: ClassVar[str] = "event"
    source: ClassVar[str] = "HPD, Chen et al. 2022 (relations that change with the story); own events"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"pairs": 4}, "full": {"pairs": 16}}
    example: ClassVar[Mapping[str, Any]] = {"pairs": 1}

    def trials(self) -> Iterator[Trial]:
        """Events x pairs; wordings take turns."""
        rng = np.random.default_rng(self.pair_seed)
        for event in tongue("relations", self.language).variables:
            for number in range(self.pairs):
                who, other = names(2, rng)
                yield Trial(event=event, pair=number, who=who, other=other, wording=number % 2)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One square, one row per feeling."""
        words, people = tongue("relations", self.language), {"who": trial.who, "other": trial.other}
        ending = [words.phrase("event", 0, trial.event, **people), words.phrase("answer", **people)]
        feelings = [words.phrase(feeling, trial.wording, **people) for feeling in FEELINGS]
        contexts = (Transcript().user("\n".join([feeling, *ending])) for feeling in feelings)
        square = Square(tuple(contexts), tuple(words.phrase(line, 0, trial.event) for line in FEELINGS.values()))
        replies = yield square.questions()
        for state, values, nats in square.measured(replies):
            yield Row(values, {"feeling": list(FEELINGS)[state], "nats": nats}, replies[state])
