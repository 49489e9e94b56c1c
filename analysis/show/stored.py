"""The trials of a run folder as they were written down, for showing; numbers come from the table, not from here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def stored(out: str | Path, probe: str = "") -> Iterator[dict[str, Any]]:
    """Trial records below `out/records`, each with its `probe`; lines that cannot be read are passed over."""
    for shard in sorted(Path(out).glob(f"records/{probe or '*'}/trials-*.jsonl")):
        with shard.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    record = json.loads(line)["record"]
                except (ValueError, KeyError, TypeError):
                    continue
                yield {"probe": shard.parent.name, **record}


def asked(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions of a trial with their replies."""
    return [one for one in record.get("asked", []) if isinstance(one, dict)]


def reply_for(record: dict[str, Any], said: str) -> dict[str, Any] | None:
    """The exchange of a trial whose reply reads `said`: the latest that was written, else the latest, else the last.

    A text that was written is often scored later under other contexts; what the reader wants is the writing.
    """
    exchanges = asked(record)
    same = [one for one in reversed(exchanges) if one.get("text") == said]
    written = [one for one in same if one.get("kind") == "Continuation"]
    return next(iter([*written, *same, *exchanges[:-2:-1]]), None)
