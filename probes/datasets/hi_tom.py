"""Hi-ToM: beliefs of order 0 to 4 (arXiv 2310.16755), read from a local `Hi-ToM_data.json`.

Used: `data`, a list of `story`, `question`, `choices` ("A. x, B. y, ..."), `answer`, `question_order`, `deception`,
`story_length`, `sample_id`, `prompting_type`. Every question is there once per prompting type; one is kept.
"""

from __future__ import annotations

import re
from pathlib import Path

from probes.datasets._items import Item, found, get, item, read_json


def load(path: str | Path, orders: tuple[int, ...] = (0, 1, 2, 3, 4), limit: int | None = None) -> list[Item]:
    """Items with their options, grouped by story; task is `order N`, with `, told` where agents speak (and may lie)."""
    file = found(path, "Hi-ToM_data.json")
    items: dict[str, Item] = {}
    for number, record in enumerate(get(read_json(file, dict), "data", list, file.name), start=1):
        where = f"{file.name}, entry {number}"
        order = get(record, "question_order", int, where)
        told = get(record, "deception", bool, where)
        length, sample = (get(record, name, int, where) for name in ("story_length", "sample_id"))
        group = f"hi_tom-{'told' if told else 'silent'}-{length}-{sample}"
        name = f"{group}-{order}"
        if order not in orders or name in items:
            continue
        options = tuple(re.findall(r"\b[A-Z]\. ([^,]+)", get(record, "choices", str, where)))
        items[name] = item(
            where, name=name, question=get(record, "question", str, where), answer=get(record, "answer", str, where),
            options=options, story=get(record, "story", str, where).strip(),
            task=f"order {order}{', told' if told else ''}", group=group,
        )  # fmt: skip
    return list(items.values())[:limit]
