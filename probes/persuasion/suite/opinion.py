"""Is a listener moved by arguments, and more by those that speak to what they care for?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Choose, Play, Probe, Row, Trial
from probes.persuasion.cards import CARDS, VALUES, listeners, topics
from probes.persuasion.scale import MEASURES, SCALES, measured, position, rated
from probes.shared.world import LANGUAGES


@dataclass(frozen=True)
class Opinion(Probe):
    """Is a listener moved by arguments, and more by those that speak to what they care for?

    The model plays a person who cares for one value and says on five points how far it agrees with a proposal: after
    nothing, an argument that fits, one that speaks to another value, one against, and a remark of the fitting one's
    length; each on a scale that rises and on one that falls. `shift` is agreement minus agreement after nothing on the
    same scale; `lean` is the same in nats a point, the change of the slope of log p over the scale.
    """

    topics: int = 12
    """Proposals, the independent units; at most 12."""
    listeners: int = 2
    """Values for each proposal, 1 to 4."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    card_seed: int = 0
    """Seed of the people."""

    measures: ClassVar[Mapping[str, str]] = MEASURES
    chance: ClassVar[Mapping[str, float]] = {"agreement": 3.0, "shift": 0.0, "lean": 0.0}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"listeners": range(1, len(VALUES) + 1), "language": LANGUAGES}
    unit: ClassVar[str] = "topic"
    source: ClassVar[str] = "Salvi et al. 2024, On the Conversational Persuasiveness of LLMs (agreement on five points)"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"listeners": 2}, "full": {"listeners": 4}}
    example: ClassVar[Mapping[str, Any]] = {"topics": 2, "listeners": 1}

    def trials(self) -> Iterator[Trial]:
        """Topics x listeners."""
        for number, topic in enumerate(topics(self.topics, 1, self.card_seed, self.language)):
            for value, other in listeners(number, self.listeners):
                yield Trial(card_topic=topic, cares=value, other_value=other)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """All cards on both scales at once; a row per card and scale."""
        cells = [(scale, card) for card in CARDS for scale in SCALES]
        replies = dict(zip(cells, (yield [question(trial, card, scale) for scale, card in cells]), strict=True))
        for (scale, card), reply in replies.items():
            before = replies[scale, "nothing"]
            if card != "nothing":
                yield Row(measured(reply, before), {"card": card, "scale": scale, "before": position(before)[0]}, reply)


def question(trial: Any, card: str, scale: str) -> Choose:
    """How far a listener agrees after what they heard."""
    topic = trial.card_topic
    return rated(topic.asked(card, trial.cares, trial.other_value, scale), topic.words, scale)
