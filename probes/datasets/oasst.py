"""OASST (arXiv 2304.07327): conversation trees written by people, read from a local or hub copy.

Both published forms are understood: trees (`prompt` with nested `replies`) and flat messages with `parent_id`. Of each
tree the path of the best ranked replies is taken; deleted messages end it.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from probes.user_turn.contexts import Context
from probes.user_turn.messages import context, fetched, records


def load(path: str | Path, language: str = "en", filename: str = "2023-04-12_oasst_ready.trees.jsonl") -> list[Context]:
    """One context a tree in `language` (empty takes all); its language is the domain."""
    rows = list(records(fetched(path, filename)))
    roots = [row["prompt"] for row in rows if "prompt" in row] or _grown(rows)
    kept = [root for root in roots if not language or root.get("lang") == language]
    found = [context(f"oasst-{root['message_id']}", str(root.get("lang", "oasst")), _best(root)) for root in kept]
    return [one for one in found if one is not None]


def _grown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Trees from flat messages."""
    replies: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        replies[row.get("parent_id") or None].append(row)
    for row in rows:
        row["replies"] = replies.get(row["message_id"], [])
    return replies[None]


def _best(root: dict[str, Any]) -> list[dict[str, Any]]:
    path, node = [], root
    while node and not node.get("deleted"):
        path.append({"role": node["role"], "content": node["text"]})
        node = min(node.get("replies") or [{}], key=_rank)
    return path


def _rank(node: dict[str, Any]) -> float:
    rank = node.get("rank")
    return float("inf") if rank is None or rank != rank else float(rank)
