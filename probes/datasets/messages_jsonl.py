"""Any data set of conversations: JSONL, JSON or Parquet records with `messages`, `conversations` or `conversation`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from probes.user_turn.contexts import Context
from probes.user_turn.messages import context, fetched, records

FIELDS = ("messages", "conversations", "conversation", "turns", "dialog")


def load(path: str | Path, filename: str = "train.jsonl", limit: int | None = None) -> list[Context]:
    """One context a record, at most `limit`; `domain`, `category` or `source` of the record is its domain.

    `path` is a file, a folder or `owner/name` on the model hub, of which `filename` is fetched. Records that cannot be
    read as alternating turns are left out; a file in which none can is an error.
    """
    found: list[Context] = []
    for place, row in enumerate(records(fetched(path, filename))):
        if limit is not None and len(found) >= limit:
            break
        said: list[object] = next((list(row[name]) for name in FIELDS if row.get(name) is not None), [])
        domain = str(next((row[name] for name in ("domain", "category", "source") if row.get(name)), "messages"))
        one = context(str(row.get("id", row.get("question_id", place))), domain, map(_message, said, range(len(said))))
        found += [one] if one else []
    if not found:
        raise ValueError(f"no conversation in {path}: records need one of {', '.join(FIELDS)} with role and content")
    return found


def _message(said: Any, place: int) -> Mapping[str, Any]:
    """A message as it is; a bare text takes turns, user first."""
    return said if isinstance(said, dict) else {"role": "assistant" if place % 2 else "user", "content": str(said)}
