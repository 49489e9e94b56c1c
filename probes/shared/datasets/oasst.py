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
        if root.value.get("parent_id"):
            return None  # a reply, taken with its root
        if language and written != language:
            return record.leave("trees in other languages")
        return context(f"oasst-{name}", written, _best(root.value, replies), record.left_out)

    return collect(files, tree, limit)


def _replies(files: Source) -> dict[str, list[dict[str, Any]]]:
    """Of flat messages, name -> replies, known only when all are read; of trees nothing, they bring their own."""
    replies: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in files.records():
        try:
            message = record.value
        except ValueError:  # counted when the trees are made
            continue
        if not isinstance(message, dict) or "prompt" in message or message.get("replies"):
            return {}
        if message.get("parent_id"):
            replies[str(message["parent_id"])].append(message)
    return replies


def _best(root: dict[str, Any], replies: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The messages from the root along the best ranked replies."""
    path: list[dict[str, Any]] = []
    node = root
    while node and not node.get("deleted"):
        path.append({"role": node.get("role"), "content": node.get("text")})
        node = min(node.get("replies") or replies.get(str(node.get("message_id")), []), key=_rank, default={})
    return path


def _rank(node: dict[str, Any]) -> float:
    rank = node.get("rank")
    return float("inf") if rank is None or rank != rank else float(rank)
