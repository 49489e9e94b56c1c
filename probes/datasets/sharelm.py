"""ShareLM: human-model conversations in one format (arXiv 2408.08291), read from a local JSON or JSONL copy.

Fields used: `conversation_id`, `conversation` (role and content), `source`. Roles written `human`, `gpt`, `bot` or
`model` are understood. Conversations whose roles do not alternate are left out, and counted by `skipped`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from probes.conversations import Conversation, from_messages

_ROLES = {"human": "user", "prompter": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant"}


def load(path: str | Path, rounds: tuple[int, int] = (1, 1000), limit: int | None = None) -> list[Conversation]:
    """Conversations with a number of rounds within the bounds (both included), at most `limit` of them."""
    found: list[Conversation] = []
    for place, record in enumerate(_records(Path(path))):
        if limit is not None and len(found) >= limit:
            break
        conversation = _conversation(place, record)
        if conversation is not None and rounds[0] <= len(conversation) <= rounds[1]:
            found.append(conversation)
    return found


def skipped(path: str | Path) -> int:
    """How many records cannot be read as alternating user and assistant messages."""
    return sum(_conversation(place, record) is None for place, record in enumerate(_records(Path(path))))


def _conversation(place: int, record: dict[str, Any]) -> Conversation | None:
    try:
        messages = [
            {"role": _ROLES.get(message["role"].lower(), message["role"].lower()), "content": message["content"]}
            for message in record["conversation"]
        ]
        name = str(record.get("conversation_id") or f"sharelm-{place}")
        return from_messages(name, "sharelm", messages, str(record.get("source") or ""))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _records(path: Path) -> Iterator[dict[str, Any]]:
    """A JSON list (as published) or one JSON object a line."""
    with path.open(encoding="utf-8") as handle:
        first = handle.read(1)
        handle.seek(0)
        if first == "[":
            yield from json.load(handle)
        else:
            yield from (json.loads(line) for line in handle if line.strip())
