"""The hand-labelled turns that check the instruments: written for the purpose, beside the true next turns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from probes.user_turn.contexts import Context, own, read_jsonl

FILE = Path(__file__).parents[1] / "stimuli" / "labelled_turns.jsonl"


@dataclass(frozen=True)
class Labelled:
    """A user turn after the given answer of a context, and the class a person gave it; `hard` marks traps."""

    context: Context
    turn: str
    label: str
    hard: bool = False


def labelled(with_next: bool = True) -> list[Labelled]:
    """All labelled turns; `with_next` adds every context's own next turn, which is a follow-up by construction."""
    known = {context.id: context for context in own()}
    rows = [Labelled(known[row["context"]], row["turn"], row["label"], row["hard"]) for row in read_jsonl(FILE)]
    following = [Labelled(context, context.following(), "follow_up") for context in known.values()]
    return rows + following * with_next
