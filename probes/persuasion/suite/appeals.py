"""Does an argument fit the person it is meant for? Four values, four cards, one square a topic."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Row, Trial
from probes.persuasion.cards import PROFILES, VALUES, topics
from probes.shared.world import LANGUAGES
from probes.shared.world.square import MEASURES


@dataclass(frozen=True)
class Appeals(Probe):
    """Does an argument fit the person it is meant for?

    A person cares for one of four values; four arguments for one proposal speak to one value each and share no content
    word with each other or with the profile. `pairing` is how many nats more an argument gets for the person whose
    value it speaks to. With profile `swapped` the value is somebody else's: what pairs there is association with words
    just read. With `none` nothing tells, and pairing is 0.
    """

    topics: int = 12
    """Proposals, the independent units; at most 12."""
    rounds: int = 1
    """Pairs of people for each proposal."""
    profiles_shown: tuple[str, ...] = ("shown", "swapped")
    """Whose value is told: `shown` (the listener's), `swapped` (somebody else's), `none`."""
    language: str = "en"
    """Language of everything shown: `en` or `de`."""
    card_seed: int = 0
    """Seed of the people."""

    measures: ClassVar[Mapping[str, str]] = MEASURES
    chance: ClassVar[Mapping[str, float]] = {"pairing": 0.0, "hit": 0.25, "mrr": 25 / 48}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"profiles_shown": PROFILES, "language": LANGUAGES}
    unit: ClassVar[str] = "topic"
    source: ClassVar[str] = "Salvi et al. 2024, On the Conversational Persuasiveness of LLMs (personalised arguments)"
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"topics": 12},
        "full": {"rounds": 4, "profiles_shown": PROFILES},
    }
    example: ClassVar[Mapping[str, Any]] = {"topics": 2, "profiles_shown": PROFILES}

    def trials(self) -> Iterator[Trial]:
        """Topics x profiles."""
        for number, topic in enumerate(topics(self.topics, self.rounds, self.card_seed, self.language)):
            for profile in self.profiles_shown:
                yield Trial(card_topic=topic, square=number, told_of=profile)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One square, one row per value."""
        square = trial.card_topic.appeal(trial.told_of)
        replies = yield square.questions()
        for state, values, nats in square.measured(replies):
            yield Row(values, {"state": state, "cares": VALUES[state], "nats": nats}, replies[state])
