"""Does the model act for a person, ask them first, or stay silent, as belief and stakes require?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Choose, Play, Probe, Row, Trial
from probes.core.design import Arm, arms
from probes.shared.world import LANGUAGES, TURNS, Belief, tongue
from probes.user_model.asking import shown
from probes.user_model.diary import Diary, diaries

DECISIONS = ("act", "ask", "silent")
WIN, COST = 12, 3
"""Points for a wanted act, and the price of asking."""
STAKES = {"low": 4, "even": 12, "high": 36}
"""Points lost by an unwanted act: with these the best policy asks never, from p = .25 to .75, and up to .92."""
REPLIES = ("none", "same", "other", "accepted")
"""What was answered to an offer an hour ago: there was none, this act refused, the other refused, this accepted."""


@dataclass(frozen=True)
class UserAct(Probe):
    """Does the model act for a person, ask first, or stay silent, as belief and stakes require?

    The diaries of `user_log`. The model may do something that is wanted with the exact probability that the diary
    supports, at three stakes, or ask at a price. For one person it is also told of an earlier offer: this act refused,
    the other act refused, this act accepted. With `turns` the diary also comes otherwise, and nothing was offered.
    `regret` is expected utility lost, as a share of what choosing at random loses. Asking is priced: where it is free,
    as in the original, needless questions cost nothing.
    """

    users: int = 16
    """Diaries, a multiple of 16."""
    days: int = 8
    """Days that a diary covers."""
    stakes: tuple[str, ...] = tuple(STAKES)
    """What a needless act costs: names of stakes, all by default."""
    replies: tuple[str, ...] = REPLIES
    """Earlier offers and how they were answered."""
    turns: tuple[str, ...] = ("one",)
    """How the diary is told: in `one` turn, which comes first, `spread`, `chatter_after` or `chatter_before`."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    diary_seed: int = 0
    """Seed of the diaries."""

    measures: ClassVar[Mapping[str, str]] = {
        "p_act": "probability",
        "p_ask": "probability",
        "p_silent": "probability",
        "lean": "nats",
        "regret": "share of the regret of a random choice",
        "mass": "probability of all options together",
    }
    chance: ClassVar[Mapping[str, float]] = {"p_act": 1 / 3, "p_ask": 1 / 3, "p_silent": 1 / 3}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {
        "stakes": STAKES, "replies": REPLIES, "turns": TURNS, "language": LANGUAGES,
    }  # fmt: skip
    unit: ClassVar[str] = "user"
    source: ClassVar[str] = "KnowU-Bench 2026 (act, ask, stay silent, stop after refusal); own design and utilities"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"users": 16},
        "full": {"users": 192, "days": 28, "turns": ("one", "spread")},
    }
    example: ClassVar[Mapping[str, Any]] = {"users": 16, "stakes": ("even",), "turns": ("one", "spread")}

    def __post_init__(self) -> None:
        super().__post_init__()
        if tuple(self.turns[:1]) != ("one",):
            raise ValueError(f"user_act: turns must begin with 'one', with which others are compared, got {self.turns}")

    def trials(self) -> Iterator[Trial]:
        """One a diary."""
        for number, diary in enumerate(diaries(self.users, self.days, self.diary_seed, self.language)):
            yield Trial(diary=diary, rotation=(number + number // 3) % len(DECISIONS))

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Stakes for both people, replies for the first at the middle stakes; one order of the options a diary."""
        diary, arm = trial.diary, arms(DECISIONS)[trial.rotation]
        cells = [(at, stakes, "none", turns) for turns, at, stakes in product(self.turns, (0, 1), self.stakes)]
        middle = self.stakes[len(self.stakes) // 2]
        cells += [(0, middle, reply, "one") for reply in self.replies if reply != "none"]
        replies = yield [question(diary, *cell, arm) for cell in cells]
        for (at, stakes, earlier, turns), reply in zip(cells, replies, strict=True):
            belief = diary.belief(diary.people[at].name)
            facts = {"turns": turns, "person": at, "stakes": stakes, "lose": STAKES[stakes], "earlier": earlier,
                     "p": belief.p(diary.values[0]), "logit": belief.logit(diary.values[0]),
                     "best": belief.best(utilities(diary, stakes))}  # fmt: skip
            yield Row(measured(reply, diary, belief, stakes), facts | arm.facts(), reply)


def question(diary: Diary, at: int, stakes: str, earlier: str, turns: str, arm: Arm) -> Choose:
    """The decision about the diary's first act for one person, after what was said to an earlier offer."""
    words, who = tongue("assistant", diary.voice.language), diary.people[at].name

    def act(value: str) -> str:
        label = diary.voice.tongue.label(diary.what, value)
        return diary.voice.tongue.phrase("act", diary.voice.wording, diary.what, who=who, value=label)

    mine, other = map(act, diary.values)
    parts = [words.phrase("stakes", who=who, act=mine, win=WIN, lose=STAKES[stakes], cost=COST)]
    if earlier != "none":
        offered = other if earlier == "other" else mine
        parts.append(words.phrase("accepted" if earlier == "accepted" else "refused", who=who, act=offered))
    lines = arm.lines({name: words.phrase(name, who=who) for name in DECISIONS})
    parts.append(words.phrase("decide", options=lines))
    return Choose(shown(diary, " ".join(parts), turns=turns), arm.options)


def utilities(diary: Diary, stakes: str) -> dict[str, dict[str, float]]:
    """Decision -> act that is wanted -> points. Asking reveals what is wanted and is followed by it."""
    a, b = diary.values
    return {
        "act": {a: WIN, b: -STAKES[stakes]},
        "ask": {a: WIN - COST, b: -COST},
        "silent": {a: 0.0, b: 0.0},
    }


def measured(reply: Choice, diary: Diary, belief: Belief, stakes: str) -> dict[str, float]:
    """Shares of the three decisions, nats of acting over silence, and regret."""
    worth = {name: belief.expected(values) for name, values in utilities(diary, stakes).items()}
    best, random = max(worth.values()), sum(worth.values()) / len(worth)
    lost = best - sum(share * worth[name] for name, share in reply.p.items())
    nats = {meaning: reply.logprobs[label] for label, meaning in reply.options.items()}
    shares = {f"p_{name}": reply.p[name] for name in DECISIONS}
    return {**shares, "lean": nats["act"] - nats["silent"], "regret": lost / (best - random), "mass": reply.mass}
