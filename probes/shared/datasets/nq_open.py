"""NQ-open: real search queries with short answers (arXiv 1906.00300), read from its JSON Lines; free answers only.

Fields: `question`, `answer` (a list of texts that all count as right).
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._read import Record, source
from probes.shared.items.known import Known

RELEASE, LICENCE = "github.com/google-research-datasets/natural-questions (nq_open)", "CC BY-SA 3.0"
GROUP = "question"


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Known]:
    """The queries; the first answer is the answer, the others are aliases."""
    return collect(source(path, "NQ-open.dev.jsonl", "*.parquet"), _item, limit, spread)


def _item(record: Record) -> Known:
    answers = record.get("answer", list)
    if not answers or any(not isinstance(text, str) or not text.strip() for text in answers):
        raise ValueError(f"{record.where}: field 'answer' must be a list of texts, none empty")
    question = record.text("question")
    question = question if question.endswith("?") else f"{question}?"
    name = f"nq_open-{record.number}"
    return Known(name=name, question=question, answer=answers[0], task="nq_open", group=name,
                 wordings=(question,), aliases=tuple(answers[1:]))  # fmt: skip
