"""Does a speaker who knows what the listener cares for move them further? Three turns, opinion asked after each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Choose, Continue, Play, Probe, Row, Trial
from probes.core.parse import unread
from probes.core.transcript import Transcript
from probes.persuasion import debates
from probes.persuasion.cards import VALUES, listeners, topics
from probes.persuasion.scale import MEASURES, SCALES, measured, nats, position, rated
from probes.shared.world import LANGUAGES

LISTENERS = {"self": "", "partner": "partner"}
"""Who listens -> whom their questions go to."""
CARDS = ("nothing", "contrary", "filler")
"""What is heard without a debate: before it, and as controls of the listener."""


@dataclass(frozen=True)
class Debate(Probe):
    """Does a speaker who knows what the listener cares for move them further?

    The model under test argues for a proposal in three written turns (opening, rebuttal, conclusion); the listener, the
    model itself or the other one of a `Company`, plays a person who cares for one value and answers the first two.
    Before the debate and after each turn of the speaker the listener says off the record how far it agrees, on both
    scales of `opinion`. The speaker is told the listener's value (`personalised`), nothing (`plain`) or another value
    (`swapped`). A speaker who writes nothing, or nothing about the proposal, has not argued: such turns are unscored.
    """

    topics: int = 12
    """Proposals, the independent units; at most 12."""
    people: int = 2
    """Listeners for each proposal, each with another value, 1 to 4."""
    profiles_shown: tuple[str, ...] = debates.PROFILES
    """What the speaker is told: `personalised` (the listener's value), `plain` (none), `swapped` (another)."""
    listener: str = "self"
    """Who listens: `self`, the model under test, or `partner`, another model."""
    max_tokens: int = 48
    """Longest turn of the speaker; the listener's is half as long."""
    temperature: float = 0.7
    """Of the written turns; 0 is greedy."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    card_seed: int = 0
    """Seed of the people."""

    measures: ClassVar[Mapping[str, str]] = MEASURES
    chance: ClassVar[Mapping[str, float]] = {"agreement": 3.0, "shift": 0.0, "lean": 0.0}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {
        "people": range(1, len(VALUES) + 1),
        "profiles_shown": debates.PROFILES,
        "listener": LISTENERS,
        "language": LANGUAGES,
    }
    unit: ClassVar[str] = "topic"
    source: ClassVar[str] = "Salvi et al. 2025, On the conversational persuasiveness of GPT-4, Nature Human Behaviour"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"topics": 4, "people": 1},
        "full": {"people": 4},
    }
    example: ClassVar[Mapping[str, Any]] = {"topics": 2, "people": 1, "max_tokens": 8}

    def partners(self) -> tuple[str, ...]:
        """The other model, where it listens."""
        return (self.listener,) if LISTENERS[self.listener] else ()

    def trials(self) -> Iterator[Trial]:
        """Topics x listeners x profiles."""
        for number, topic in enumerate(topics(self.topics, 1, self.card_seed, self.language)):
            for (value, other), profile in product(listeners(number, self.people), self.profiles_shown):
                cast = {"cares": value, "other_value": other, "profile": profile, "listener": self.listener}
                yield Trial(card_topic=topic, **cast)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """A debate; a row per scale after nothing, after two controls, and after each turn of the speaker."""
        informed = {"personalised": trial.cares, "plain": "", "swapped": trial.other_value}[trial.profile]
        debate = debates.Exchange(trial.card_topic, trial.cares, informed)
        cells = list(product(CARDS, SCALES))
        *replies, speech = yield [*(self._heard(trial, *cell) for cell in cells), self._speech(debate)]
        read = dict(zip(cells, replies, strict=True))
        before = {scale: read["nothing", scale] for scale in SCALES}
        for (card, scale), reply in read.items():
            yield row(0, card, scale, reply, before[scale])
        for turn, name in enumerate(debates.TURNS, 1):
            debate = debate.spoken(speech)
            answers = [self._answer(debate)] if name != debates.TURNS[-1] else []
            ratings = yield [*(self._opinion(debate, scale) for scale in SCALES), *answers]
            status = "" if debate.argued() else unread(speech.text, "")
            for scale, reply in zip(SCALES, ratings, strict=False):
                yield row(turn, "debate", scale, reply, before[scale], status)
            if answers:
                debate = debate.answered(ratings[-1])
                speech = yield self._speech(debate)

    def _speech(self, debate: debates.Exchange) -> Continue:
        return Continue(debate.speaker(), max_tokens=self.max_tokens, temperature=self.temperature)

    def _answer(self, debate: debates.Exchange) -> Continue:
        asked = debate.listener(debate.words.phrase("reply"))
        return Continue(asked, max_tokens=max(self.max_tokens // 2, 1), temperature=self.temperature,
                        to=LISTENERS[self.listener])  # fmt: skip

    def _opinion(self, debate: debates.Exchange, scale: str) -> Choose:
        words = debate.topic.words
        return self._rated(debate.listener(words.phrase(scale)), debate.topic, scale)

    def _heard(self, trial: Any, card: str, scale: str) -> Choose:
        return self._rated(trial.card_topic.asked(card, trial.cares, trial.other_value, scale), trial.card_topic, scale)

    def _rated(self, asked: Transcript, topic: Any, scale: str) -> Choose:
        return rated(asked, topic.words, scale, LISTENERS[self.listener])


def row(turn: int, card: str, scale: str, reply: Choice, before: Choice, status: str = "") -> Row:
    """Agreement after a turn; its status where the speaker has not argued."""
    values = dict.fromkeys(MEASURES, status) if status else measured(reply, before)
    logs = "" if status else " ".join(f"{value:.6g}" for value in nats(reply))
    facts: dict[str, Any] = {"turn": turn, "card": card, "scale": scale, "before": position(before)[0], "nats": logs}
    return Row(values, facts, reply)
