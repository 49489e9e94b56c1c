"""Does it find the one slot at which everybody is free?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Row, Trial
from probes.instructions.vault import calendars
from probes.shared.world import LANGUAGES, tongue
from probes.shared.world.square import MEASURES


@dataclass(frozen=True)
class CommonSlot(Probe):
    """Does it find the one slot at which everybody is free?

    Three people name the slots at which they are free; one of four suits all of them, and each of the others fails one
    person. Four such calendars and the four slots make a square, so a favourite slot gives nothing: chance is 1 in 4.
    """

    squares: int = 8
    """Sets of three people, the independent units."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    slot_seed: int = 0
    """Seed of people and calendars."""

    measures: ClassVar[Mapping[str, str]] = MEASURES
    chance: ClassVar[Mapping[str, float]] = {"pairing": 0.0, "hit": 0.25, "mrr": 25 / 48}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"language": LANGUAGES}
    unit: ClassVar[str] = "square"
    source: ClassVar[str] = "Multi-User LLM Agents 2026 (meeting coordination); own calendars"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"squares": 8}, "full": {"squares": 60}}
    example: ClassVar[Mapping[str, Any]] = {"squares": 2}

    def trials(self) -> Iterator[Trial]:
        """One per square. ValueError for a language without words."""
        tongue("secrets", self.language)
        for number in range(self.squares):
            yield Trial(square=number, language=self.language)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One square, one row per calendar."""
        square = calendars(trial.square, self.slot_seed, self.language)
        replies = yield square.questions()
        for state, values, nats in square.measured(replies):
            yield Row(values, {"state": state, "nats": nats}, replies[state])
