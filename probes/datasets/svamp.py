"""SVAMP: arithmetic word problems with distractors (arXiv 2103.07191), read from a local `SVAMP.json`."""

from __future__ import annotations

from pathlib import Path

from probes.datasets._items import Item, found, get, item, read_json


def load(path: str | Path, limit: int | None = None) -> list[Item]:
    """The problems; `Body` and `Question` are joined, a whole-number `Answer` is written without a decimal point."""
    file = found(path, "SVAMP.json")
    items = []
    for number, record in enumerate(read_json(file, list), start=1):
        where = f"{file.name}, entry {number}"
        body = get(record, "Body", str, where).strip()
        question = (
            f"{body}{'' if body.endswith(('.', '?', '!')) else '.'} {get(record, 'Question', str, where).strip()}"
        )
        answer = f"{get(record, 'Answer', (int, float), where):g}"
        name = get(record, "ID", str, where)
        items.append(item(where, name=name, question=question, answer=answer, task="svamp", group=name))
    return items[:limit]
