"""Which of two replies a judge prefers: replies of `own_rounds` under two contexts, in both orders and two views."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from probes.conversations import Conversation, chosen, conversations
from probes.core import Choose, Play, Probe, Row, Trial
from probes.transcript import Transcript

ASK = (
    "Two assistants replied to the same message. Which reply is better: more correct, complete and helpful?\n"
    "A) reply A\nB) reply B\nC) both are equally good\nAnswer with one letter."
)


@dataclass(frozen=True)
class OwnJudge(Probe):
    """Does a judge prefer the reply given with the full context? The judge is the model that the probe is run on.

    `preference` = p(full preferred) - p(other preferred); `first` = p(shown first preferred) - p(shown second), the
    position bias; `tie` = p(equally good). The view is a factor: `own` shows each reply after the conversation that
    its writer saw, `shared` shows the user's messages alone. A small model as judge is mostly position bias:
    read `first` before `preference`.
    """

    replies: str = ""
    """Run folder that holds finished `own_rounds` records; without it the judge is tested on the planted errors: the
    arms are then the `right` and the `wrong` reply."""
    against: str = "user_only"
    views: tuple[str, ...] = ("own", "shared")
    per_kind: int | None = None
    data: str = ""

    measures = {"preference": "probability", "first": "probability", "tie": "probability", "mass": "probability"}
    chance = {"preference": 0.0}
    unit = "conversation"
    example = {"per_kind": 1}
    source = "Huang et al. 2026, Do LLMs Benefit From Their Own Words?, arXiv 2602.24287"

    @property
    def arms(self) -> tuple[str, str]:
        """The preferred arm, if earlier replies (or truth) matter, and the other one."""
        return ("full", self.against) if self.replies else ("right", "wrong")

    def trials(self) -> Iterable[Trial]:
        """One a judged round, view and reply shown first; rounds where one of the replies is empty are left out."""
        said = _replies(self.replies)
        for conversation in chosen(per_kind=self.per_kind, data=self.data):
            for number in range(2, len(conversation) + 1):
                if all(said.get((conversation.id, arm, number)) for arm in self.arms):
                    for view, first in product(self.views, self.arms):
                        yield Trial(conversation=conversation, number=number, view=view, shown_first=first)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One comparison; the tie is always the last option."""
        better, worse = self.arms
        first, second = (better, worse) if trial.shown_first == better else (worse, better)
        reply = yield Choose(self._question(trial, {"A": first, "B": second}), {"A": first, "B": second, "C": "tie"})
        p = reply.p
        values = {"preference": p[better] - p[worse], "first": p[first] - p[second], "tie": p["tie"]}
        yield Row({**values, "mass": reply.mass}, trial.conversation.round_facts(trial.number), reply)

    def _question(self, trial: Any, shown: dict[str, str]) -> Transcript:
        """Shared view: the user's messages once, then both replies. Own view: each reply after its own conversation."""
        said = _replies(self.replies)
        told = {label: _told(trial.conversation, trial.number, arm, said) for label, arm in shown.items()}
        if trial.view == "shared":
            users = "\n".join(f"User: {item.user}" for item in trial.conversation.rounds[: trial.number])
            parts = [users, *(f"Reply {label}: {lines[-1]}" for label, lines in told.items())]
        else:
            parts = [
                "\n".join([f"Conversation {label}", *lines[:-1], f"Reply {label}: {lines[-1]}"])
                for label, lines in told.items()
            ]
        return Transcript().user("\n\n".join([*parts, ASK]))


def _told(conversation: Conversation, number: int, arm: str, said: dict[tuple[str, str, int], str]) -> list[str]:
    """The lines of one arm's conversation up to round `number`; its judged reply is the last, without a name."""
    lines = []
    for place, item in enumerate(conversation.rounds[:number], start=1):
        reply = said.get((conversation.id, arm, place), item.assistant)
        lines += [f"User: {item.user}", f"Assistant: {reply}" if place < number else reply]
    return lines


@cache
def _replies(path: str) -> dict[tuple[str, str, int], str]:
    """(conversation, context, round) -> what the model replied there."""
    if not path:
        return {
            (item.id, arm, place): text
            for item in conversations()
            for place, found in enumerate(item.rounds, start=1)
            if found.planted
            for arm, text in (("right", found.right), ("wrong", found.assistant))
        }
    table = pd.read_parquet(Path(path) / "records" / "own_rounds" / "trials.parquet").drop_duplicates(
        ["conversation", "context", "round"]
    )
    keys = zip(table["conversation"], table["context"], table["round"], strict=True)
    return {key: str(text).strip() for key, text in zip(keys, table["text"], strict=True)}
