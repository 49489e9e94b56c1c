"""Conversations played with the model's own replies, its past kept, omitted or summarised, round by round."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from probes.context import edits
from probes.core import Continuation, Continue, Play, Probe, Question, Row, Score, Trial
from probes.core.transcript import Transcript
from probes.shared.conversations import KINDS, Conversation, Round, chosen

SUMMARISE = "Say in one short sentence what your last reply said."


@dataclass(frozen=True)
class OwnRounds(Probe):
    """Does the model answer better with or without its own earlier replies in view? On-policy, one context per trial.

    User messages are the logged ones; replies are the model's own, so from round 2 on a logged message may react to a
    reply that this model never gave (compare `own_words`, where the replies are logged too). Contexts: `summarised`, or
    a whole-context edit of `probes.context`; in round 1 all are the same. `correct` asks for an accepted answer
    within `max_tokens` tokens; it is unscored where the round cannot be checked (fact `checkable`), as `next_user` is
    in the last round. `echo` is the share of replies that repeat the placeholder: a model that takes it for an example
    is measured on its imitation, not on its memory.
    """

    kinds: tuple[str, ...] = KINDS
    """Which of our own conversations are taken."""
    contexts: tuple[str, ...] = ("full", "user_joined", "user_only")
    """What the model sees of the past: a whole-context edit of `probes.context`, or `summarised`."""
    per_kind: int | None = None
    """Conversations of each kind at most; None takes all."""
    data: str = ""
    """`importer:path` reads other conversations, e.g. `sharelm:/data/sharelm.json`; empty takes our own."""
    max_tokens: int = 48
    """Longest reply."""
    temperature: float = 0.0
    """Of the replies; 0 is greedy."""
    plant: bool = True
    """Put the planted error of a conversation's first round in the model's mouth."""

    allowed = {"kinds": KINDS, "contexts": (*edits.WHOLE, "summarised")}
    measures = {
        "correct": "share",
        "reference": "nats per token of the right reply",
        "next_user": "nats per token of the next user message",
        "context_chars": "characters",
        "echo": "share",
    }
    unit = "conversation"
    profiles = {"small": {"per_kind": 4, "max_tokens": 24}, "full": {"max_tokens": 24}}
    example = {"per_kind": 1, "max_tokens": 8}
    source = "Huang et al. 2026, Do LLMs Benefit From Their Own Words?, arXiv 2602.24287"

    def trials(self) -> Iterable[Trial]:
        """One a conversation and context."""
        for conversation, context in product(chosen(self.kinds, self.per_kind, self.data), self.contexts):
            yield Trial(conversation=conversation, context=context)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Round by round: generate, score the reference and the next user message, remember."""
        conversation: Conversation = trial.conversation
        replies: list[str] = []
        summaries: list[str] = []
        for number, item in enumerate(conversation.rounds, start=1):
            history = _history(conversation.rounds[:number], replies)
            summarised = trial.context == "summarised"
            context = edits.summarised(history, summaries) if summarised else edits.WHOLE[trial.context](history)
            if number == 1 and self.plant and item.planted:
                replies.append(item.assistant)
            else:
                reply = yield Continue(context, max_tokens=self.max_tokens, temperature=self.temperature)
                replies.append(reply.text.strip())
                following = conversation.rounds[number].user if number < len(conversation) else ""
                yield (yield from _row(conversation, number, context, reply, following))
            if summarised and number < len(conversation):
                asked = history.assistant(replies[-1]).user(SUMMARISE)
                summary = yield Continue(asked, max_tokens=self.max_tokens)
                summaries.append(summary.text.strip())


def _row(
    conversation: Conversation, number: int, context: Transcript, reply: Continuation, following: str
) -> Generator[list[Question], Any, Row]:
    """The row of one round; asks for the log-probability of the right reply and of the next user message."""
    item = conversation.rounds[number - 1]
    asked: list[Question] = [Score(context, text=item.right)]
    if following:
        asked.append(Score(context.assistant(reply.text.strip()), text=following, role="user"))
    reference, *heard = yield asked
    fit: float | str = heard[0].total / len(heard[0].ids) if heard else "unscored"
    values = {
        "correct": _correct(item, reply),
        "reference": reference.total / len(reference.ids),
        "next_user": fit,
        "context_chars": float(edits.characters(context)),
        "echo": float(edits.PLACEHOLDER.strip("[]").casefold() in reply.text.casefold()),
    }
    facts = {"reply_chars": len(reply.text), **conversation.round_facts(number)}
    return Row(values, facts, reply)


def _correct(item: Round, reply: Continuation) -> float | str:
    if not item.answers or not reply.text.strip():
        return "unscored"
    return float(item.answered(reply.text))


def _history(rounds: Sequence[Round], replies: Sequence[str]) -> Transcript:
    """The logged user messages with the model's own replies, ending with a user turn."""
    transcript = Transcript()
    for item, reply in zip(rounds, replies, strict=False):
        transcript = transcript.user(item.user).assistant(reply)
    return transcript.user(rounds[len(replies)].user)
