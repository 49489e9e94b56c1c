"""Any data set of conversations: JSONL, JSON or Parquet records with `messages`, `conversations` or `conversation`.

A record may also be the list of messages itself, as in LMSYS-USP, where the profile is the system message. Content in
parts (OpenAI) and `developer` messages are understood; what is left out is counted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._messages import context
from probes.shared.datasets._read import Record, source
from probes.shared.items.contexts import Context

RELEASE, LICENCE, GROUP = "your own file; wangkevin02/LMSYS-USP on the hub", "the file's own", "conversation"
FIELDS = ("messages", "conversations", "conversation", "turns", "dialog")


def load(
    path: str | Path, filename: str = "train.jsonl", limit: int | None = None, spread: bool = False
) -> Loaded[Context]:
    """One context per record; `domain`, `category` or `source` of the record is its domain.

    `path` is a file, a folder or `owner/name` on the model hub, of which `filename` is fetched. Records that cannot be
    read as alternating turns are left out and counted; a file in which none can is an error.
    """
    loaded = collect(source(path, filename, "*.jsonl", "*.json", "*.parquet"), _context, limit, spread)
    if not loaded:
        raise ValueError(f"no conversation in {path}: records need one of {', '.join(FIELDS)} with role and content")
    return loaded


def _context(record: Record) -> Context | None:
    name, domain = str(record.number - 1), "messages"
    if isinstance(listed := record.value, list):
        record = Record(record.where, record.number, {}, record.left_out)
    else:
        listed = next((record.fields[name] for name in FIELDS if isinstance(record.fields.get(name), list)), [])
    for other in ("question_id", "id"):
        name = record.maybe(other, name)
    for other in ("source", "category", "domain"):
        domain = record.maybe(other, domain)
    one = context(name, domain, map(_message, listed, range(len(listed))), record.left_out)
    return one if one else record.leave("without a user message at the beginning")


def _message(message: Any, place: int) -> Any:
    """A message as it is; a bare text takes turns, user first."""
    return message if isinstance(message, dict) else {"role": "assistant" if place % 2 else "user", "content": message}
