"""Does the model believe what a diary shows of a person?"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Play, Probe, Row, Trial
from probes.shared import fertility
from probes.shared.world import LANGUAGES, TURNS
from probes.user_model import asking
from probes.user_model.asking import KINDS
from probes.user_model.diary import LINES, Diary, diaries

COMPARED = ("completion", "reading")
"""Kinds that are asked however the diary is told; who did what on a day is not asked where names are exchanged."""
EVEN = 1e-9
"""Nats below which neither act is believed more."""


@dataclass(frozen=True)
class UserLog(Probe):
    """Does the model believe what a diary shows of a person?

    A trial is a diary of two people. For each of them the model is asked what they will do next: by completing a
    sentence, by true or false (both orders of the options, averaged), and by a digit from 0 to 9; by completion also
    after the first half of the days; and, as a control of reading, what they did on a day on which the two differ.
    `belief` is in favour of the act that the lines make likelier (in the control: of the true act) over the other, so a
    model that takes no notice of names has mean 0 whatever it likes to say. The exact log-odds are the fact `logit`.
    """

    users: int = 16
    """Diaries, a multiple of 16."""
    days: int = 8
    """Days that a diary covers."""
    kinds: tuple[str, ...] = KINDS
    """Of `completion`, `half`, `true_or_false`, `number`, `reading`."""
    turns: tuple[str, ...] = ("one",)
    """How the diary is told: in `one` turn, which comes first; `spread` over one turn a day; or in one turn of a
    conversation as long, `chatter_after` or `chatter_before` it. The others are asked for `completion` and `reading`
    only."""
    lines: tuple[str, ...] = ("plain",)
    """What the diary is made of: `plain` comes first; with `noise`, one line in four is about something else; in
    `shuffled`, names are exchanged so that counts tell nothing. The others come in one turn and are asked for
    `completion`, with noise also for `reading`."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    fertility: bool = False
    """Whether the fact `fertility`, tokens a byte of the diary, is measured: it takes a pass over the text."""
    diary_seed: int = 0
    """Seed of the diaries."""

    measures: ClassVar[Mapping[str, str]] = {
        "belief": "nats",
        "confidence": "probability",
        "correct": "exact probability of what is believed",
        "mass": "probability of all options together",
    }
    chance: ClassVar[Mapping[str, float]] = {"belief": 0.0}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {
        "kinds": KINDS, "turns": TURNS, "lines": LINES, "language": LANGUAGES,
    }  # fmt: skip
    unit: ClassVar[str] = "user"
    source: ClassVar[str] = "GUM 2025 (propositions about a user) and KnowU-Bench 2026 (logs as evidence); own design"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"users": 16},
        "full": {"users": 192, "days": 12, "turns": TURNS, "lines": LINES, "fertility": True},
    }
    example: ClassVar[Mapping[str, Any]] = {
        "users": 16, "kinds": COMPARED, "turns": ("one", "spread"), "lines": LINES,
    }  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, base in (("turns", "one"), ("lines", "plain")):
            if tuple(given := getattr(self, name))[:1] != (base,):
                raise ValueError(
                    f"user_log: {name} must begin with {base!r}, with which others are compared, got {given}"
                )

    def trials(self) -> Iterator[Trial]:
        """One a diary."""
        for diary in diaries(self.users, self.days, self.diary_seed, self.language):
            yield Trial(diary=diary)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Both people, all kinds and tellings, at once; one row per telling, person and kind."""
        diary: Diary = trial.diary
        tellings = [*((turns, "plain") for turns in self.turns), *(("one", lines) for lines in self.lines[1:])]
        cells = [(told, at, kind) for told in tellings for at in (0, 1) for kind in self._kinds(*told)]
        asked = [asking.questions(diary, at, kind, *told) for told, at, kind in cells]
        text = diary.voice.text(diary.log)
        size = [fertility.question(text)] if self.fertility else []
        replies = iter((yield [*size, *(question for part in asked for question in part)]))
        about = {"fertility": fertility.fertility(next(replies), text)} if size else {}
        for ((turns, lines), at, kind), part in zip(cells, asked, strict=True):
            mine = [next(replies) for _ in part]
            facts = {"turns": turns, "lines": lines, **about, **asking.facts(diary, at, kind)}
            shown = diary.belief(diary.people[at].name, lines=lines).p(diary.values[0])
            supported = shown if lines == "shuffled" else facts["p"]
            yield Row(measured(kind, mine, facts["p"] >= 0.5, supported), facts, mine[0])

    def _kinds(self, turns: str, lines: str) -> tuple[str, ...]:
        if (turns, lines) == ("one", "plain"):
            return self.kinds
        return tuple(kind for kind in self.kinds if kind in COMPARED[: 1 if lines == "shuffled" else 2])


def measured(kind: str, replies: Sequence[Choice], first: bool, p: float) -> dict[str, float]:
    """Belief in favour of the likelier act, the confidence it stands for, and the probability of what is believed.

    first: whether the first act is the likelier one in the plain diary; p: its probability by the lines shown.
    """
    towards = float(_number(replies[0]) if kind == "number" else np.mean([asking.odds(reply) for reply in replies]))
    sure = 1 / (1 + math.exp(-abs(towards)))
    correct = 0.5 if abs(towards) < EVEN else p if towards > 0 else 1 - p
    mass = float(np.mean([reply.mass for reply in replies]))
    return {"belief": towards if first else -towards, "confidence": sure, "correct": correct, "mass": mass}


def _number(reply: Choice) -> float:
    """Log-odds of the mean digit, kept half a digit from both ends."""
    mean = sum(int(digit) * share for digit, share in reply.p.items())
    share = min(max(mean / 9, 1 / 18), 17 / 18)
    return math.log(share / (1 - share))
