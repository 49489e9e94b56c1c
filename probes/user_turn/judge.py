"""Instrument (b): a judge model reads the turn and chooses its class, with labels and orders counterbalanced."""

from __future__ import annotations

from collections.abc import Sequence

from probes.core.design import Arm, arms
from probes.core.questions import Choice, Choose, Question
from probes.core.transcript import Transcript
from probes.schema.names import CLASSES

MEANINGS = {
    "follow_up": "It reacts to the answer: asks back, objects, adds something or asks for a change.",
    "restatement": "It asks the first question again, perhaps in other words.",
    "carry_on": "It sounds like the assistant, who goes on explaining or offers help.",
    "unrelated": "It is about something else.",
    "thanks": "It only thanks or says goodbye.",
    "malformed": "It is empty, broken or repeats itself endlessly.",
}


def judge_arms(classes: Sequence[str] = CLASSES) -> list[Arm]:
    """As many presentations as classes: every class once at every position and under every letter."""
    return arms(classes)


def questions(query: str, answer: str, turn: str) -> list[Question]:
    """One turn in all arms: what `pooled` reads."""
    return [question(query, answer, turn, arm) for arm in judge_arms()]


def question(query: str, answer: str, turn: str, arm: Arm) -> Choose:
    """The conversation first, so that all arms share it, then the options."""
    prompt = (
        "Read this conversation between a user and an assistant.\n\n"
        f"User: {query}\n\nAssistant: {answer}\n\nUser: {turn or '(nothing)'}\n\n"
        f"What is the user's last message?\n{arm.lines(MEANINGS)}\n\nAnswer with one letter."
    )
    return Choose(Transcript().user(prompt), arm.options, prefill="Answer: ")


def pooled(replies: Sequence[Choice]) -> tuple[str, dict[str, float], float]:
    """(class, mean probability of every class over the arms, mean option mass): positions cancel."""
    shares = [reply.p for reply in replies]
    mean = {name: sum(share[name] for share in shares) / len(shares) for name in shares[0]}
    return max(mean, key=lambda name: mean[name]), mean, sum(reply.mass for reply in replies) / len(replies)
