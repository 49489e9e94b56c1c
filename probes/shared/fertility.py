"""Fertility of a text: how many tokens a byte the model's tokenizer cuts it into, which differs between languages."""

from __future__ import annotations

from probes.core.questions import Score, Scored
from probes.core.transcript import Transcript


def question(text: str) -> Score:
    """The text as a user's turn of its own: its reply has the tokens. What several trials ask alike is asked once."""
    return Score(Transcript(), text=text, role="user")


def fertility(reply: Scored, text: str) -> float:
    """Tokens per byte of UTF-8.

    Examples
    --------
    >>> fertility(Scored(ids=[7, 8], logprobs=[-1.0, -1.0], text="abcd", tokens=["ab", "cd"]), "abcd")
    0.5
    """
    return len(reply.ids) / len(text.encode("utf-8"))
