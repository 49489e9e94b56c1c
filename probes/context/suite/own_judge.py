"""Which of two replies a judge prefers: replies of `own_rounds` under two contexts, in both orders and two views."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from probes import schema
from probes.core import Choose, Play, Probe, Row, Trial
from probes.core.transcript import Transcript
from probes.shared.conversations import Conversation, chosen, conversations

Replies = dict[tuple[str, str, int], str]
"""(conversation, context, round) -> what was replied there."""
ASK = (
    "Two assistants reply to the same message. Which reply is better: more correct, complete and helpful?\n"
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
    """The context whose replies are compared with those of the full one."""
    views: tuple[str, ...] = ("own", "shared")
    """What is shown around the two replies."""
    per_kind: int | None = None
    """Conversations of each kind at most; None takes all."""
    data: str = ""
    """`importer:path` reads other conversations, e.g. `sharelm:/data/sharelm.json`; empty takes our own."""

    allowed = {"views": ("own", "shared")}
    measures = {
        **dict.fromkeys(("preference", "first"), "difference of probabilities"),
        **dict.fromkeys(("tie", "mass"), "probability"),
    }
    chance = {"preference": 0.0}
    unit = "conversation"
    version = 2
    profiles = {"small": {"per_kind": 2, "views": ("shared",)}, "full": {"views": ("shared",)}}
    example = {"per_kind": 1}
    source = "Huang et al. 2026, Do LLMs Benefit From Their Own Words?, arXiv 2602.24287"

    @property
    def arms(self) -> tuple[str, str]:
        """The preferred arm, if earlier replies (or truth) matter, and the other one."""
        return ("full", self.against) if self.replies else ("right", "wrong")

    @cached_property
    def said(self) -> Replies:
        """What was replied in each round; read once for a probe, so a run that is done again is read again."""
        return _recorded(self.replies) if self.replies else _planted()

    def trials(self) -> Iterable[Trial]:
        """One a judged round, view and reply shown first; rounds where one of the replies is empty are left out."""
        replies = self.said
        for conversation in chosen(per_kind=self.per_kind, data=self.data):
            for number in range(2, len(conversation) + 1):
                if all(replies.get((conversation.id, arm, number)) for arm in self.arms):
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

    def _question(self, trial: Any, labels: dict[str, str]) -> Transcript:
        """Shared view: the user's messages once, then both replies. Own view: each reply after its own conversation."""
        replies = self.said
        parted = {label: _told(trial.conversation, trial.number, arm, replies) for label, arm in labels.items()}
        if trial.view == "shared":
            users = "\n".join(f"User: {item.user}" for item in trial.conversation.rounds[: trial.number])
            parts = [users, *(f"Reply {label}: {lines[-1]}" for label, lines in parted.items())]
        else:
            parts = [
                "\n".join([f"Conversation {label}", *lines[:-1], f"Reply {label}: {lines[-1]}"])
                for label, lines in parted.items()
            ]
        return Transcript().user("\n\n".join([ASK, *parts]))


def _told(conversation: Conversation, number: int, arm: str, replies: Replies) -> list[str]:
    """The lines of one arm's conversation up to round `number`; its judged reply is the last, without a name."""
    lines = []
    for place, item in enumerate(conversation.rounds[:number], start=1):
        reply = replies.get((conversation.id, arm, place), item.assistant)
        lines += [f"User: {item.user}", f"Assistant: {reply}" if place < number else reply]
    return lines


def _planted() -> Replies:
    """The right and the wrong reply of every round with a planted error."""
    return {
        (item.id, arm, place): text
        for item in conversations()
        for place, exchange in enumerate(item.rounds, start=1)
        if exchange.planted
        for arm, text in (("right", exchange.right), ("wrong", exchange.assistant))
    }


def _recorded(run: str) -> Replies:
    """What the model of a finished run of `own_rounds` replied. ValueError where one place has several replies."""
    replies: Replies = {}
    for row in schema.table(run, "own_rounds").to_pylist():
        key, text = (row["conversation"], row["context"], row["round"]), row["text"].strip()
        if replies.setdefault(key, text) != text:
            raise ValueError(
                f"{run} has several replies to round {key[2]} of {key[0]} ({key[1]}): judge a run with one"
            )
    return replies
