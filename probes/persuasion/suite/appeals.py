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

    Two people care for one of four values each; four arguments for one proposal speak to one value each and share no
    content word with each other or with the profiles. `pairing` is how many nats more an argument gets where its value
    is the first person's. With profile `swapped` the other person is to be won over, in otherwise the same text: what
    pairs there is association with words just read. With `none` nobody's value is told, and pairing is 0.
    """

    topics: int = 12
    """Proposals, the independent units; at most 12."""
    rounds: int = 1
    """Pairs of people for each proposal."""
    profiles_shown: tuple[str, ...] = ("shown", "swapped")
    """Who is to be won over: `shown` (the first person), `swapped` (the other one), `none` (no value is told)."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    card_seed: int = 0
    """Seed of the people."""

    measures: ClassVar[Mapping[str, str]] = MEASURES
    chance: ClassVar[Mapping[str, float]] = {"pairing": 0.0, "hit": 0.25, "mrr": 25 / 48}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"profiles_shown": PROFILES, "language": LANGUAGES}
    unit: ClassVar[str] = "topic"
    source: ClassVar[str] = "Salvi et al. 2024, On the Conversational Persuasiveness of LLMs (personalised arguments)"
    version: ClassVar[int] = 2
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
