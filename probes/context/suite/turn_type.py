"""What kind of message a user turn is, in the model's judgement: the check on the rules in `conversations.turns`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from probes.core import Choose, Play, Probe, Row, Trial
from probes.core.design import arms
from probes.core.transcript import Transcript
from probes.shared.conversations import KINDS, chosen
from probes.shared.conversations.turns import TYPES

MEANINGS = {
    "new_ask": "a new request that makes sense without the earlier conversation",
    "feedback": "a follow-up that says what was good or bad about an earlier reply, or asks to change it",
    "no_feedback": "a follow-up that needs the earlier conversation and gives no feedback on a reply",
}


@dataclass(frozen=True)
class TurnType(Probe):
    """Can the model tell a new ask from a follow-up? A row is one later user message and one order of the options."""

    kinds: tuple[str, ...] = KINDS
    """Which of our own conversations are taken."""
    per_kind: int | None = None
    """Conversations of each kind at most; None takes all."""
    data: str = ""
    """`importer:path` reads other conversations, e.g. `sharelm:/data/sharelm.json`; empty takes our own."""

    allowed = {"kinds": KINDS}
    measures = {**dict.fromkeys([f"p_{name}" for name in TYPES], "probability"), "mass": "probability"}
    chance = dict.fromkeys([f"p_{name}" for name in TYPES], 1 / 3)
    unit = "conversation"
    version = 2
    profiles = {"small": {"per_kind": 2}, "full": {}}
    example = {"per_kind": 1}
    source = "Huang et al. 2026, Do LLMs Benefit From Their Own Words?, arXiv 2602.24287"

    def trials(self) -> Iterable[Trial]:
        """One per conversation, round from the second on, and order of the options."""
        for conversation in chosen(self.kinds, self.per_kind, self.data):
            for number in range(2, len(conversation) + 1):
                for arm in arms(TYPES):
                    yield Trial(conversation=conversation, number=number, arm=arm)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One question about the message; what all conversations are asked comes first, so that it is read once."""
        earlier = trial.conversation.before(trial.number)
        lines = "\n".join(f"{turn.role.capitalize()}: {turn.text}" for turn in earlier.turns[:-1])
        asked = (
            "Read the beginning of a conversation. What is the user's newest message?\n"
            f"{trial.arm.lines(MEANINGS)}\nAnswer with one letter.\n\n{lines}\n\n"
            f"The user's newest message is:\n{earlier.turns[-1].text}"
        )
        reply = yield Choose(Transcript().user(asked), options=trial.arm.options)
        values = {f"p_{name}": reply.p[name] for name in TYPES}
        yield Row({**values, "mass": reply.mass}, trial.conversation.round_facts(trial.number), reply)
