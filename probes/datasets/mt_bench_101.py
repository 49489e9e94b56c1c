"""MT-Bench-101: multi-turn dialogues in 13 tasks (arXiv 2402.14762), read from a local `mtbench101.jsonl`.

One dialogue a line: `task`, `id`, `history` (a list of `user` and `bot`). The topic of a conversation is its task.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from probes.conversations import Conversation, from_messages


def load(path: str | Path, tasks: Collection[str] = (), limit: int | None = None) -> list[Conversation]:
    """All dialogues, or those of the tasks named (`CM`, `SI`, ...), at most `limit` of them."""
    found = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        dialogue = json.loads(line) if line.strip() else None
        if dialogue is None or (tasks and dialogue["task"] not in tasks):
            continue
        messages = [
            {"role": role, "content": turn[key]}
            for turn in dialogue["history"]
            for role, key in (("user", "user"), ("assistant", "bot"))
        ]
        found.append(from_messages(f"{dialogue['task']}-{dialogue['id']}", "mt_bench_101", messages, dialogue["task"]))
    return found[:limit]
