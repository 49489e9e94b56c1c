"""Is a listener moved by arguments, and more by those that speak to what they care for?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Choose, Play, Probe, Row, Trial
from probes.persuasion.cards import CARDS, VALUES, topics
from probes.shared.world import LANGUAGES

POINTS = np.arange(1, 6)
SCALES = ("upward", "downward")
"""5 is full agreement, or 1 is."""


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
    """Language of everything shown: `en` or `de`."""
    card_seed: int = 0
    """Seed of the people."""

    measures: ClassVar[Mapping[str, str]] = {
        "agreement": "points of a scale from 1 to 5",
        "shift": "points of a scale from 1 to 5",
        "lean": "nats a point",
        "mass": "probability of all options together",
    }
    chance: ClassVar[Mapping[str, float]] = {"agreement": 3.0, "shift": 0.0, "lean": 0.0}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"listeners": range(1, len(VALUES) + 1), "language": LANGUAGES}
    unit: ClassVar[str] = "topic"
    source: ClassVar[str] = "Salvi et al. 2024, On the Conversational Persuasiveness of LLMs (agreement on five points)"
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"listeners": 2}, "full": {"listeners": 4}}
    example: ClassVar[Mapping[str, Any]] = {"topics": 2, "listeners": 1}

    def trials(self) -> Iterator[Trial]:
        """Topics x listeners. What fits one listener is the unfitting card of the next: a taste for cards cancels."""
        for number, topic in enumerate(topics(self.topics, 1, self.card_seed, self.language)):
            step = 2 if self.listeners == 2 else 1
            asked = [(number + turn * step) % len(VALUES) for turn in range(self.listeners)]
            others = [*asked[1:], asked[0] if len(asked) > 1 else (number + 1) % len(VALUES)]
            for at, other in zip(asked, others, strict=True):
                yield Trial(card_topic=topic, cares=VALUES[at], other_value=VALUES[other])

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """All cards on both scales at once; a row per card and scale."""
        cells = [(scale, card) for card in CARDS for scale in SCALES]
        replies = yield [question(trial, card, scale) for scale, card in cells]
        read = {cell: (reply, *position(reply)) for cell, reply in zip(cells, replies, strict=True)}
        for (scale, card), (reply, points, slope) in read.items():
            if card == "nothing":
                continue
            _, before, before_slope = read[scale, "nothing"]
            values = {"agreement": points, "shift": points - before, "lean": slope - before_slope, "mass": reply.mass}
            yield Row(values, {"card": card, "scale": scale, "before": before}, reply)


def question(trial: Any, card: str, scale: str) -> Choose:
    """Five digits; what each means in points of agreement depends on the scale."""
    means = POINTS if scale == "upward" else POINTS[::-1]
    options = {str(digit): str(point) for digit, point in zip(POINTS, means, strict=True)}
    asked = trial.card_topic.asked(card, trial.cares, trial.other_value, scale)
    return Choose(asked, options, prefill=trial.card_topic.words.phrase("answer"))


def position(reply: Choice) -> tuple[float, float]:
    """Expected points of agreement, and the least-squares slope of log p over points in nats a point."""
    nats = {meaning: reply.logprobs[label] for label, meaning in reply.options.items()}
    points = float(sum(int(meaning) * share for meaning, share in reply.p.items()))
    away = POINTS - POINTS.mean()
    return points, float(away @ np.array([nats[str(point)] for point in POINTS]) / (away @ away))
