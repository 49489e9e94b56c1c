"""OASST (arXiv 2304.07327): conversation trees written by people, read from a local or hub copy.

All published forms are understood: trees (`prompt` with nested `replies`, or the root message itself with them) and
flat messages with `parent_id`. Of each tree the path of the best ranked replies is taken; deleted messages end it.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._messages import context
from probes.shared.datasets._read import Record, Source, source
from probes.shared.items.contexts import Context

RELEASE, LICENCE, GROUP = "OpenAssistant/oasst1 on the hub", "Apache-2.0", "tree"
_FORMS = ("2023-04-12_oasst_ready.trees.jsonl", "*trees*", "*.jsonl", "*.parquet")


def load(
    path: str | Path, language: str = "en", limit: int | None = None, filename: str = _FORMS[0]
) -> Loaded[Context]:
    """One context per tree in `language` (empty takes all); its language is the domain."""
    files = source(path, filename, *_FORMS)
    replies = _replies(files)

    def tree(record: Record) -> Context | None:
        root = record.inside("prompt") if isinstance(record.value, dict) and "prompt" in record.value else record
        name, written = root.get("message_id", str), root.maybe("lang", "oasst")
        if root.fields.get("parent_id"):
            return None  # a reply, taken with its root
        if language and written != language:
            return record.leave("trees in other languages")
        return context(f"oasst-{name}", written, _best(root, replies), record.left_out)

    return collect(files, tree, limit)


def _replies(files: Source) -> dict[str, list[Record]]:
    """Of flat messages, name -> replies, known only when all are read; of trees nothing, they bring their own."""
    replies: dict[str, list[Record]] = defaultdict(list)
    for record in files.records():
        try:
            message = record.value
        except ValueError:  # counted when the trees are made
            continue
        if not isinstance(message, dict) or "prompt" in message or message.get("replies"):
            return {}
        if message.get("parent_id"):
            replies[str(message["parent_id"])].append(record)
    return replies


def _best(root: Record, replies: dict[str, list[Record]]) -> list[dict[str, Any]]:
    """The messages from the root along the best ranked replies."""
    path: list[dict[str, Any]] = []
    node: Record | None = root
    while node and not node.fields.get("deleted"):
        path.append({"role": node.get("role", str), "content": node.text("text")})
        below = node.each("replies") if node.fields.get("replies") else replies.get(node.maybe("message_id", ""), [])
        node = min(below, key=_rank, default=None)
    return path


def _rank(node: Record) -> float:
    rank = node.fields.get("rank")
    return float("inf") if rank is None or rank != rank else float(node.get("rank", (int, float)))
