"""SelfAware: answerable and unanswerable questions (arXiv 2305.18153), read from `SelfAware.json`; free answers only.

`example` holds a list of `question`, `answerable` (true or false) and `answer` (a list of texts, or null).
"""

from __future__ import annotations

from pathlib import Path

from probes.datasets._items import Item, found, get, read_json
from probes.knowledge._item import UNKNOWN, Known


def load(path: str | Path, limit: int | None = None) -> list[Item]:
    """The questions; of an unanswerable one the right answer is that it cannot be known."""
    items: list[Item] = []
    source = found(path, "SelfAware.json")
    for number, record in enumerate(get(read_json(source, dict), "example", list, source.name)):
        where = f"{source.name}, item {number}"
        question, answerable = get(record, "question", str, where), get(record, "answerable", bool, where)
        answers = get(record, "answer", list, where) if answerable else [UNKNOWN]
        if not answers or any(not isinstance(text, str) or not text.strip() for text in answers):
            raise ValueError(f"{where}: an answerable question needs a list of answers, none empty")
        name = f"selfaware-{number}"
        items.append(Known(name=name, question=question, answer=answers[0], task="selfaware", group=name,
                           wordings=(question,), aliases=tuple(answers[1:]), answerable=answerable))  # fmt: skip
    return items[:limit]
