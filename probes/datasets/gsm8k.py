"""GSM8K: grade-school word problems (arXiv 2110.14168), read from a local `test.jsonl`.

Fields used: `question`, `answer` (worked solution; the number after `#### `). Answers lose their thousands commas.
"""

from __future__ import annotations

from pathlib import Path

from probes.datasets._items import Item, found, get, item, read_jsonl


def load(path: str | Path, limit: int | None = None) -> list[Item]:
    """The problems in the order of the file, at most `limit`; `path` is the file or its folder."""
    items: list[Item] = []
    for where, record in read_jsonl(found(path, "test.jsonl")):
        _, mark, number = get(record, "answer", str, where).rpartition("#### ")
        if not mark or not number.strip():
            raise ValueError(f"{where}: no final number after '#### ' in field 'answer'")
        name, question = f"gsm8k-{len(items)}", get(record, "question", str, where)
        answer = number.strip().replace(",", "")
        items.append(item(where, name=name, question=question, answer=answer, task="gsm8k", group=name))
    return items[:limit]
