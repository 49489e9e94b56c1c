"""Hi-ToM: beliefs of order 0 to 4 (arXiv 2310.16755), read from a local `Hi-ToM_data.json`.

Used: `data`, a list of `story`, `question`, `choices` ("A. x, B. y, ..." up to O), `answer`, `question_order`,
`deception`. `sample_id` numbers questions, not stories. A question that is there under several prompting types is kept
once.
"""

from __future__ import annotations

import re
from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect, story_group
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE, GROUP = "github.com/ying-hui-he/Hi-ToM_dataset", "Apache-2.0", "story"


def load(
    path: str | Path, orders: tuple[int, ...] = (0, 1, 2, 3, 4), limit: int | None = None, spread: bool = False
) -> Loaded[Item]:
    """Items with their fifteen options; task is `order N`, with `, told` where agents speak (and may lie)."""
    seen: set[tuple[str, int, str]] = set()

    def item(record: Record) -> Item | None:
        order, speak = record.get("question_order", int), record.get("deception", bool)
        story, question = record.text("story"), record.text("question")
        if order not in orders:
            return record.leave("of other orders")
        group = story_group("hi_tom", story)
        if (group, order, question) in seen:
            return record.leave("asked already under another prompting type")
        seen.add((group, order, question))
        options = tuple(re.findall(r"\b[A-Z]\. ([^,]+)", record.get("choices", str)))
        task = f"order {order}{', told' if speak else ''}"
        return Item(f"{group}-{record.number}", question, record.text("answer"), options, story, task, group)

    return collect(source(path, "Hi-ToM_data.json", within="data"), item, limit, spread)
