"""ShareLM: human-model conversations in one format (arXiv 2408.08291), read from a local JSON, JSONL or Parquet copy.

Fields used: `conversation_id`, `conversation` (role and content), `source`. Roles written `human`, `gpt`, `bot` or
`model` are understood. Conversations whose roles do not alternate are left out, and counted.
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.conversations import Conversation, from_messages
from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._messages import role_of, text_of
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE = "shachardon/ShareLM on the hub", "that of each source, named in field `source`"
GROUP = "conversation"


def load(
    path: str | Path, rounds: tuple[int, int] = (1, 1000), limit: int | None = None, spread: bool = False
) -> Loaded[Conversation]:
    """Conversations with a number of rounds within the bounds (both included)."""

    def one(record: Record) -> Conversation | None:
        entries = record.get("conversation", list)
        messages = [{"role": role_of(entry), "content": text_of(entry, record.left_out)} for entry in entries]
        name = record.maybe("conversation_id", f"sharelm-{record.number - 1}")
        try:
            conversation = from_messages(name, "sharelm", messages, record.maybe("source", ""))
        except ValueError:
            return record.leave("whose roles do not alternate")
        if not all(message["content"].strip() for message in messages) or not messages:
            return record.leave("with an empty message")
        return conversation if rounds[0] <= len(conversation) <= rounds[1] else record.leave("of other lengths")

    return collect(source(path, "*.json", "*.jsonl", "*.parquet"), one, limit, spread)
