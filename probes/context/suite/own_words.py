"""What a model's earlier replies are worth to its next one: the same words scored with and without them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from probes.context import edits
from probes.context.edits import characters
from probes.core import Play, Probe, Row, Score, Trial
from probes.core.estimators import contrasts
from probes.core.transcript import Transcript
from probes.shared.conversations import KINDS, Conversation, chosen


@dataclass(frozen=True)
class OwnWords(Probe):
    """How much do its earlier replies change what the model says next? Off-policy: the replies are the logged ones.

    A row is one round, one reduced context and one target: the right `reply`, the planted `error`, the `next_user`
    message. `gain` = log p(target | full) - log p(target | reduced), nats per token: positive where the earlier replies
    help. It does not show whether a *generated* reply would be better; `own_rounds` does.
    """

    kinds: tuple[str, ...] = KINDS
    """Which of our own conversations are taken."""
    contexts: tuple[str, ...] = ("user_joined", "user_only", "last_turn")
    """Names of whole-context edits in `probes.context`."""
    targets: tuple[str, ...] = ("reply", "error")
    """Of `reply`, `error`, `next_user`."""
    per_kind: int | None = None
    """Conversations of each kind at most; None takes all."""
    data: str = ""
    """`importer:path` reads other conversations, e.g. `sharelm:/data/sharelm.json`."""

    allowed = {"kinds": KINDS, "contexts": edits.WHOLE, "targets": ("reply", "error", "next_user")}
    measures = {
        "gain": "nats per token",
        "kl": "nats per token",
        "saved": "share of the characters of the full context",
    }
    chance = {"gain": 0.0, "kl": 0.0}
    unit = "conversation"
    profiles = {"small": {"per_kind": 12}, "full": {}}
    example = {"per_kind": 1}
    source = "Huang et al. 2026, Do LLMs Benefit From Their Own Words?, arXiv 2602.24287"

    def trials(self) -> Iterable[Trial]:
        """One a conversation."""
        for conversation in chosen(self.kinds, self.per_kind, self.data):
            yield Trial(conversation=conversation)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Every round from the second on, every target, under all contexts at once."""
        conversation: Conversation = trial.conversation
        asked = [
            (number, target, self._question(conversation, number, target, text))
            for number in range(2, len(conversation) + 1)
            for target, text in _texts(conversation, number).items()
            if target in self.targets
        ]
        replies = yield [question for _, _, question in asked]
        for (number, target, question), reply in zip(asked, replies, strict=True):
            for name, context, contrast in zip(self.contexts, question.contexts, contrasts(reply), strict=True):
                saved = 1 - characters(context) / characters(question.transcript)
                values = {"gain": contrast.mean, "kl": contrast.divergence, "saved": saved}
                facts = conversation.round_facts(number) | {"context": name, "target": target}
                yield Row(values, {**facts, "tokens": len(reply.ids)}, reply)

    def _question(self, conversation: Conversation, number: int, target: str, text: str) -> Score:
        """One target of one round under the full context and every edited one."""
        base = conversation.before(number)
        contexts = [base, *(edits.WHOLE[name](base) for name in self.contexts)]
        if target == "next_user":
            contexts = [_heard(item, conversation, number) for item in contexts]
        role = "user" if target == "next_user" else "assistant"
        return Score(contexts[0], text=text, role=role, contexts=tuple(contexts[1:]), kl=True)


def _texts(conversation: Conversation, number: int) -> dict[str, str]:
    """Target -> text for one round; targets that the round does not have are left out."""
    item = conversation.rounds[number - 1]
    texts = {"reply": item.right}
    if item.planted:
        texts["error"] = item.assistant
    if number < len(conversation):
        texts["next_user"] = conversation.rounds[number].user
    return texts


def _heard(transcript: Transcript, conversation: Conversation, number: int) -> Transcript:
    """With the logged reply of this round: what the next user message answers."""
    return transcript.assistant(conversation.rounds[number - 1].assistant)
