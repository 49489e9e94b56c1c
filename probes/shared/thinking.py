"""Think blocks: what a model reasons before it answers is no part of the turn that later turns see."""

from __future__ import annotations

END = "</think>"
START = "<think>"


def split(text: str) -> tuple[str, str]:
    """(thought, answer) of a reply. Chat templates of thinking models leave the thought out of all but the newest turn.

    A template may open the block itself, so that only its end is in the text. A block that never ends leaves no answer.
    """
    before, end, after = text.rpartition(END)
    if not end:
        return (text.strip().removeprefix(START).strip(), "") if text.lstrip().startswith(START) else ("", text)
    return before.strip().removeprefix(START).strip(), after.strip()
