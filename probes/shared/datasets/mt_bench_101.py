"""MT-Bench-101: multi-turn dialogues in 13 tasks (arXiv 2402.14762), read from `mtbench101.jsonl` or its folder.

One dialogue per line: `task`, `id`, `history` (a list of `user` and `bot`). The topic of a conversation is its task.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from probes.shared.conversations import Conversation, from_messages
from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE = "github.com/mtbench101/mt-bench-101 (data/subjective)", "Apache-2.0"
GROUP = "dialogue"


def load(
    path: str | Path, tasks: Collection[str] = (), limit: int | None = None, spread: bool = False
) -> Loaded[Conversation]:
    """All dialogues, or those of the tasks named (`CM`, `SI`, ...)."""

    def dialogue(record: Record) -> Conversation | None:
        task = record.get("task", str)
        if tasks and task not in tasks:
            return record.leave("of other tasks")
        messages = [
            {"role": role, "content": turn.get(key, str)}
            for turn in record.each("history")
            for role, key in (("user", "user"), ("assistant", "bot"))
        ]
        return from_messages(f"{task}-{record.get('id', (int, str))}", "mt_bench_101", messages, task)

    return collect(source(path, "mtbench101.jsonl", "data/subjective/mtbench101.jsonl"), dialogue, limit, spread)
