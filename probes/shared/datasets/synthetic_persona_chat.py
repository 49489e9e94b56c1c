"""Synthetic-Persona-Chat (arXiv 2312.10007): two people with personas talk, read from its published CSV files.

Columns: `user 1 personas`, `user 2 personas` (a sentence per line) and `Best Generated Conversation` (a turn per line,
`User 1: ...`). The first speaker takes the user's turns, the second the assistant's.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._messages import context
from probes.shared.datasets._read import Record, source
from probes.shared.items.contexts import Context

RELEASE, LICENCE = "github.com/google-research-datasets/Synthetic-Persona-Chat", "CC BY 4.0"
GROUP = "conversation"
_TURN = re.compile(r"\s*user\s*([12])\s*:\s*(.*)", re.I)
_FILES = ("Synthetic-Persona-Chat_test.csv", "data/Synthetic-Persona-Chat_test.csv", "*_test.csv", "*.csv")


def load(path: str | Path, persona: int = 0, limit: int | None = None, spread: bool = False) -> Loaded[Context]:
    """One context per conversation.

    Parameters
    ----------
    persona : whose persona is told in the system message: 1 (of the user's turns), 2 (of the assistant's) or 0 (none).
    """
    if persona not in (0, 1, 2):
        raise ValueError(f"persona is 0, 1 or 2, got {persona}")

    def one(record: Record) -> Context | None:
        turns = _turns(record)
        description = record.text(f"user {persona} personas") if persona else ""
        roles = {turns[0][0]: "user"} if turns else {}
        messages = [{"role": roles.get(who, "assistant"), "content": text} for who, text in turns]
        system = [{"role": "system", "content": description}] if description else []
        name = f"synthetic_persona_chat-{record.number}"
        return context(name, "synthetic_persona_chat", [*system, *messages], record.left_out)

    return collect(source(path, *_FILES), one, limit, spread)


def _turns(record: Record) -> list[tuple[str, str]]:
    """(speaker, text); lines of one speaker in a row are one turn, a line without a speaker goes on with the last."""
    lines: list[tuple[str, str]] = []
    for line in record.text("Best Generated Conversation").splitlines():
        if spoken := _TURN.match(line):
            lines.append((spoken[1], spoken[2].strip()))
        elif lines and line.strip():
            lines.append((lines[-1][0], line.strip()))
    if len({who for who, _ in lines}) < 2:
        raise ValueError(f"{record.where}: field 'Best Generated Conversation' has no two speakers")
    return [(who, "\n".join(text for _, text in turn)) for who, turn in groupby(lines, key=lambda line: line[0])]
