"""WildChat (arXiv 2405.01470): conversations of real users with a chat bot, from a local JSONL or Parquet copy.

Conversations flagged as toxic are left out unless asked for, as is everything not in `language`.
"""

from __future__ import annotations

from pathlib import Path

from probes.user_turn.contexts import Context
from probes.user_turn.messages import context, records


def load(path: str | Path, language: str = "English", toxic: bool = False, limit: int | None = None) -> list[Context]:
    """One context a conversation, at most `limit`; the answering model is the domain."""
    found: list[Context] = []
    for row in records(path):
        if limit is not None and len(found) >= limit:
            break
        if (language and row.get("language") != language) or (row.get("toxic") and not toxic):
            continue
        name = str(row.get("conversation_hash") or row.get("conversation_id") or len(found))
        one = context(f"wildchat-{name}", str(row.get("model") or "wildchat"), row["conversation"])
        found += [one] if one else []
    return found
