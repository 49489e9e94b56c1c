"""Does the model follow what the user likes now?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Choose, Play, Probe, Row, Score, Trial
from probes.core.transcript import Transcript
from probes.shared.world import LANGUAGES
from probes.user_model.likes import DEPTHS, HISTORIES, Timeline, timelines

REPLIES = tuple(product((1, -1), repeat=3))
"""Signs of task, certainty and preference of the eight replies; the first is right in all three."""


@dataclass(frozen=True)
class Timelines(Probe):
    """Does the model follow what the user likes now?

    A trial is a user who says over days what they like, in two twins that exchange the two values at issue. At three
    depths the user asks for a choice, and eight replies are scored: right or wrong task, sure or unsure, current or
    rival value. `w_task`, `w_sure` and `w_current` are the exact contrasts of the eight log-probabilities, in nats for
    the right level over the other. `stale` is the probability of the rival among the replies of the right task.
    `stated` is the log-odds of the current value when asked outright: a control of reading. Over twins a model that
    does not follow the log has `w_current` and `stated` 0.
    """

    users: int = 12
    """A multiple of 4."""
    idle: int = 3
    """Days about something else before and after; half as many between."""
    depths: tuple[str, ...] = DEPTHS
    """Where in the log the user asks."""
    histories: tuple[str, ...] = ("turns",)
    """Of `turns`, `joined`, `summary`."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    timeline_seed: int = 0
    """Seed of the users and their days."""

    measures: ClassVar[Mapping[str, str]] = {
        "w_task": "nats",
        "w_sure": "nats",
        "w_current": "nats",
        "hit": "share of a right reply",
        "stale": "probability",
        "stated": "nats",
    }
    chance: ClassVar[Mapping[str, float]] = {"w_current": 0.0, "stated": 0.0, "stale": 0.5}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"depths": DEPTHS, "histories": HISTORIES, "language": LANGUAGES}
    unit: ClassVar[str] = "user"
    source: ClassVar[str] = "PERMA 2026 (preferences over sessions; eight options in a two-cubed design); own timelines"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"users": 12},
        "full": {"users": 96, "idle": 20, "histories": HISTORIES},
    }
    example: ClassVar[Mapping[str, Any]] = {"users": 4, "idle": 1}

    def trials(self) -> Iterator[Trial]:
        """Timelines x histories."""
        for timeline in timelines(self.users, self.idle, self.timeline_seed, self.language):
            for history in self.histories:
                yield Trial(timeline=timeline, history=history)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Eight replies under all depths of both twins at once; one row per depth and twin."""
        timeline: Timeline = trial.timeline
        cells = [(twin, depth) for twin in (timeline, timeline.twin()) for depth in self.depths]
        conversations = [twin.told(depth, trial.history) for twin, depth in cells]
        contexts = [timeline.asking(one, timeline.phrase("request", timeline.what)) for one in conversations]
        texts = [written(timeline, signs) for signs in REPLIES]
        scores = [Score(contexts[0], text=text, contexts=tuple(contexts[1:])) for text in texts]
        replies = yield [*scores, *(stated(timeline, one) for one in conversations)]
        nats = np.array([[reply.total, *map(sum, reply.under)] for reply in replies[: len(REPLIES)]]).T
        for at, (twin, depth) in enumerate(cells):
            turned = twin.current != timeline.current
            answer: Choice = replies[len(REPLIES) + at]
            facts: dict[str, Any] = {"depth": depth, "twin": int(turned), "current": twin.current, "rival": twin.rival}
            yield Row(measured(nats[at], answer, turned), facts, answer)


def written(timeline: Timeline, signs: Sequence[int]) -> str:
    """One of the eight replies: task, certainty and value in one sentence."""
    task, sure, current = signs
    what = timeline.what if task > 0 else timeline.other
    value = timeline.voice.tongue.label(timeline.what, timeline.current if current > 0 else timeline.rival)
    certainty = timeline.voice.tongue.phrase("sure", 0 if sure > 0 else 1)
    return timeline.phrase("reply", task=timeline.phrase("task", what), sure=certainty, value=value)


def stated(timeline: Timeline, conversation: Transcript) -> Choose:
    """The question outright, to be completed with one of the two values."""
    labels = [timeline.voice.tongue.label(timeline.what, value) for value in (timeline.current, timeline.rival)]
    options = {f" {label}": meaning for label, meaning in zip(labels, ("first", "second"), strict=True)}
    asked = timeline.asking(conversation, timeline.phrase("ask", timeline.what))
    return Choose(asked, options, prefill=timeline.phrase("stem"))


def measured(nats: np.ndarray, answer: Choice, turned: bool) -> dict[str, float]:
    """The three contrasts of eight log-probabilities [8], and what the answer says outright.

    turned: whether the second value is the current one, as in the twin.
    """
    signs = np.array(REPLIES, dtype=float) * np.array([1, 1, -1 if turned else 1])
    task, sure, current = signs.T @ nats / 4
    right = int(np.flatnonzero((signs == 1).all(axis=1))[0])
    top = nats == nats.max()
    on_task = np.exp(nats - nats.max())[signs[:, 0] > 0]
    rival = signs[signs[:, 0] > 0, 2] < 0
    label = {meaning: label for label, meaning in answer.options.items()}
    log_odds = answer.logprobs[label["first"]] - answer.logprobs[label["second"]]
    return {
        "w_task": float(task),
        "w_sure": float(sure),
        "w_current": float(current),
        "hit": float(top[right] / top.sum()),
        "stale": float(on_task[rival].sum() / on_task.sum()),
        "stated": float(-log_odds if turned else log_odds),
    }
