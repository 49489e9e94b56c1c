"""ESConv (arXiv 2106.01144): people in distress and the volunteers who support them, from a local or hub copy.

Both released forms are understood: `ESConv.json` of the repository (`seeker` and `supporter`) and the hub's records,
whose `text` is the JSON of one conversation (`usr` and `sys`). The seeker is the user, the supporter the assistant.
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._messages import context, taking_turns
from probes.shared.datasets._read import Record, parsed, source
from probes.shared.items.contexts import Context

RELEASE, LICENCE, GROUP = "github.com/thu-coai/Emotional-Support-Conversation", "CC BY-NC 4.0", "conversation"
SPEAKERS = {"seeker": "user", "usr": "user", "supporter": "assistant", "sys": "assistant"}


def load(
    path: str | Path, filename: str = "ESConv.json", limit: int | None = None, spread: bool = False
) -> Loaded[Context]:
    """One context per conversation; its domain is the problem talked about."""
    return collect(source(path, filename, "*.json", "*.jsonl", "*.parquet"), _context, limit, spread)


def _context(record: Record) -> Context | None:
    if isinstance(record.value, dict) and isinstance(text := record.value.get("text"), str):
        record = Record(record.where, record.number, parsed(text.encode(), record.where), record.left_out)
    spoken = [_spoken(turn) for turn in record.each("dialog")]
    turns = taking_turns(spoken, record.left_out)
    one = context(f"esconv-{record.number}", record.text("problem_type"), turns, record.left_out)
    return one if one else record.leave("without a turn of the seeker")


def _spoken(turn: Record) -> tuple[str, str]:
    speaker = turn.text("speaker")
    if speaker not in SPEAKERS:
        raise ValueError(f"{turn.where}: speaker {speaker!r} is none of {', '.join(SPEAKERS)}")
    return SPEAKERS[speaker], turn.text("content" if "content" in turn.value else "text")
