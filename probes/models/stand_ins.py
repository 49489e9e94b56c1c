"""Two stand-in models for tutorials and tests of studies: they differ in one habit by a known amount and share one."""

from __future__ import annotations

import hashlib
from typing import Any

from probes.core import Choose, Continue, Question


def reserved(question: Question) -> Any:
    """Asks back in 30 % of conversations and thanks in half of them; chooses evenly."""
    return _said(question, 0.3)


def curious(question: Question) -> Any:
    """Asks back in 60 % of conversations, among them all in which `reserved` does, and thanks in the same half."""
    return _said(question, 0.6)


def _said(question: Question, asks: float) -> Any:
    if isinstance(question, Choose):
        meanings = set(question.options.values())
        return dict.fromkeys(meanings, 1 / len(meanings))
    if not isinstance(question, Continue):
        return -1.0
    talk = " ".join(turn.text for turn in question.transcript)
    thanks = "Thanks" if _share("thanks", talk) < 0.5 else "Fine"
    return f"{thanks}, and why is that?" if _share("asks", talk) < asks else f"{thanks}, that is all."


def _share(habit: str, talk: str) -> float:
    """A number in [0, 1) that depends on the words alone."""
    return int(hashlib.sha256(f"{habit} {talk}".encode()).hexdigest()[:8], 16) / 2**32
