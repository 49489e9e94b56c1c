"""WildChat (arXiv 2405.01470): conversations of real users with a chat bot, from a local JSONL or Parquet copy.

Conversations flagged as toxic are left out unless asked for, as is everything not in `language`.
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._messages import context
from probes.shared.datasets._read import Record, source
from probes.shared.items.contexts import Context

RELEASE, LICENCE, GROUP = "allenai/WildChat-1M on the hub", "ODC-BY 1.0", "conversation"


def load(
    path: str | Path, language: str = "English", toxic: bool = False, limit: int | None = None, spread: bool = False
) -> Loaded[Context]:
    """One context per conversation; the answering model is the domain."""

    def one(record: Record) -> Context | None:
        messages = record.get("conversation", list)
        if language and record.fields.get("language") != language:
            return record.leave("in other languages")
        if record.fields.get("toxic") and not toxic:
            return record.leave("flagged as toxic")
        name = record.maybe("conversation_hash", record.maybe("conversation_id", str(record.number - 1)))
        item = context(f"wildchat-{name}", record.maybe("model", "wildchat"), messages, record.left_out)
        return item if item else record.leave("without a user message at the beginning")

    return collect(source(path, "*.parquet", "*.jsonl", "*.json"), one, limit, spread)
