"""NQ-open: real search queries with short answers (arXiv 1906.00300), read from its JSON Lines; free answers only.

Fields: `question`, `answer` (a list of texts that all count as right).
"""

from __future__ import annotations

from pathlib import Path

from probes.datasets._items import Item, found, get, read_jsonl
from probes.knowledge._item import Known


def load(path: str | Path, limit: int | None = None) -> list[Item]:
    """The queries; the first answer is the answer, the others are aliases."""
    items: list[Item] = []
    for where, record in read_jsonl(found(path, "NQ-open.dev.jsonl")):
        answers = get(record, "answer", list, where)
        if not answers or any(not isinstance(text, str) or not text.strip() for text in answers):
            raise ValueError(f"{where}: field 'answer' must be a list of texts, none empty")
        question = get(record, "question", str, where).strip()
        question = question if question.endswith("?") else f"{question}?"
        name = f"nq_open-{where.rpartition(' ')[2]}"
        items.append(Known(name=name, question=question, answer=answers[0], task="nq_open", group=name,
                           wordings=(question,), aliases=tuple(answers[1:])))  # fmt: skip
    return items[:limit]
