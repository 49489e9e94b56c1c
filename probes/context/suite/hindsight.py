"""What a future message says about a reply: how its tokens' probabilities change when the message is shown first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from probes.context import edits
from probes.context.edits import WORDINGS
from probes.core import Play, Probe, Row, Score, Trial, estimators
from probes.core.transcript import Transcript
from probes.shared.conversations import Case, cases


@dataclass(frozen=True)
class Hindsight(Probe):
    """Does the user's next message make the model think its reply better or worse?

    `advantage` = log p(reply | prompt, message) - log p(reply | prompt), nats per token: negative where the reply
    becomes less likely in hindsight. Any block shifts it, so it is also given over the empty block and over
    unrelated messages of other cases. A row is one message: the case's `relevant` feedback, its `unrelated` message,
    or the feedback of another case (`mismatched`). Logged replies: no reward of *this* model's own replies is claimed.
    """

    wordings: tuple[str, ...] = tuple(WORDINGS)
    """How the message is announced."""
    pool: int = 2
    """Unrelated messages of other cases that make the baseline, at least one."""
    limit: int | None = None
    """Cases at most; None takes all."""

    allowed = {"wordings": WORDINGS}
    measures = {
        "advantage": "nats per token",
        "over_empty": "nats per token",
        "over_unrelated": "nats per token",
        "kl": "nats per token",
    }
    chance = {"advantage": 0.0, "over_empty": 0.0, "over_unrelated": 0.0, "kl": 0.0}
    unit = "case"
    profiles = {"small": {"wordings": ("guide",)}, "full": {}}
    example = {"limit": 2}
    source = "Kleine Buening et al. 2026, Aligning Language Models from User Interactions, arXiv 2603.12273"

    def trials(self) -> Iterable[Trial]:
        """One a case and wording."""
        for case, wording in product(cases()[: self.limit], self.wordings):
            yield Trial(case=case, wording=wording)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One question: the reply under the bare prompt and under the prompt with each message."""
        reply = yield self.question(trial.case, trial.wording)
        contrasts = list(zip(self.names(), estimators.contrasts(reply), strict=True))
        empty = next(-item.mean for name, item in contrasts if name == "empty")
        unrelated = float(np.mean([-item.mean for name, item in contrasts if name == "pool"]))
        for name, item in contrasts:
            if name in ("relevant", "unrelated", "mismatched"):
                over = {"over_empty": -item.mean - empty, "over_unrelated": -item.mean - unrelated}
                values = {"advantage": -item.mean, **over, "kl": item.divergence}
                yield Row(values, {"message": name, "tokens": len(reply.ids)}, reply)

    def names(self) -> list[str]:
        """Of the contexts, in their order; the baselines last."""
        return ["relevant", "unrelated", "mismatched", "empty", *["pool"] * self.pool]

    def question(self, case: Case, wording: str = "guide") -> Score:
        """The reply under the bare prompt and under every context; other cases' messages are those that follow it."""
        every = cases()
        place = next(k for k, other in enumerate(every) if other.id == case.id)
        others = [every[(place + step) % len(every)] for step in range(1, self.pool + 1)]
        own = [case.feedback, case.unrelated, others[0].feedback, ""]
        base = Transcript().user(case.prompt)
        messages = [*own, *(other.unrelated for other in others)]
        contexts = tuple(edits.hindsight(base, message, wording) for message in messages)
        return Score(base, text=case.reply, contexts=contexts, kl=True)
