"""Does going over a message again mend it? Passes for facts, manner and fit, against writing it once more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.characters.dialogues import SILENCE, Dialogue, kept
from probes.characters.drafts import DRAFTS, ORDERS, STEPS, changes, choice, passed
from probes.characters.users import User, places
from probes.core import Continuation, Continue, Play, Probe, Row, Trial
from probes.core.transcript import Transcript


@dataclass(frozen=True)
class Refine(Probe):
    """Does going over a message again mend it?

    A trial is one draft of a simulated user's first message. It goes through three passes, each of which reads the
    profile and the last version: for facts, manner and fit in this order (`fixed`), in a random one, in the order that
    the model chooses pass by pass (`chosen`), or three times the placebo "Write it once more" (`again`). What a pass
    does by being one more pass is in `again`: `analysis` takes it off.
    """

    users: int = 40
    """Drafts of each kind, a multiple of four; from the 17th on profiles return in other manners."""
    drafts: tuple[str, ...] = DRAFTS
    """Of `own` (the model's), `written` (ours, in the user's manner) and `plain` (ours, in none)."""
    orders: tuple[str, ...] = ORDERS
    """Of `none`, `again`, `fixed`, `random`, `chosen`."""
    max_tokens: int = 40
    """Longest version."""
    temperature: float = 0.7
    """Of drafts and passes; 0 is greedy."""
    language: str = "en"
    """Language of everything shown; the rules that read messages are English."""
    user_seed: int = 0
    """Seed of who the users are and how they write."""

    measures: ClassVar[Mapping[str, str]] = {
        "style_change": "difference of shares, after minus before",
        "facts_change": "difference of shares, after minus before",
        "length_change": "words, after minus before",
        "damage": "1 if something right before is wrong after, else 0",
    }
    chance: ClassVar[Mapping[str, float]] = {}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"drafts": DRAFTS, "orders": ORDERS, "language": ("en",)}
    unit: ClassVar[str] = "user"
    source: ClassVar[str] = "MARA 2025 (refiners for fact, persona and coherence, ordered by a planner); own users"
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"users": 4}, "full": {}}
    example: ClassVar[Mapping[str, Any]] = {"users": 4, "drafts": ("own", "written"), "max_tokens": 8}

    def trials(self) -> Iterator[Trial]:
        """Users x drafts; the orders of one draft are rows of its trial."""
        for place in places(self.users, self.user_seed):
            for draft in self.drafts:
                yield Trial(cast=place, draft=draft)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """The draft, then three passes of every order at once."""
        user, reply = trial.cast.own, None
        if trial.draft == "own":
            reply = yield self._write(Dialogue(user, "played").seen())
        draft = kept(reply) if reply else user.plain(0) if trial.draft == "plain" else user.written(0)
        steps = planned(self.orders, rng)
        texts = dict.fromkeys(steps, draft)
        replies: dict[str, Any] = dict.fromkeys(steps, reply)
        for at in range(len(STEPS)):
            if "chosen" in steps:
                left = rng.permutation([step for step in STEPS if step not in steps["chosen"]]).tolist()
                picked = (yield choice(user, texts["chosen"] or SILENCE, left)) if left[1:] else None
                steps["chosen"].append(picked.best if picked else left[0])
            moving = {
                order: passed(user, texts[order] or SILENCE, names[at]) for order, names in steps.items() if names
            }
            versions = yield [self._write(asked) for asked in moving.values()]
            replies |= dict(zip(moving, versions, strict=True))
            texts |= {order: kept(replies[order]) for order in moving}
        for order, names in steps.items():
            yield row(user, draft, texts[order], {"order": order, "steps": " ".join(names)}, replies[order])

    def _write(self, asked: Transcript) -> Continue:
        return Continue(asked, max_tokens=self.max_tokens, temperature=self.temperature)


def planned(orders: Sequence[str], rng: np.random.Generator) -> dict[str, list[str]]:
    """Order -> its passes; those that the model chooses are still to come."""
    random = rng.permutation(STEPS).tolist()
    passes = {"again": ["again"] * len(STEPS), "fixed": list(STEPS), "random": random}
    return {order: passes.get(order, []) for order in orders}


def row(user: User, draft: str, text: str, facts: dict[str, Any], reply: Continuation | None) -> Row:
    """What has become of a draft; unscored where it, or what was made of it, is empty."""
    values = changes(user, draft, text) if draft and text else dict.fromkeys(Refine.measures, "unscored")
    return Row(values, facts, reply)
