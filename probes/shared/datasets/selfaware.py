"""SelfAware: answerable and unanswerable questions (arXiv 2305.18153), read from `SelfAware.json`; free answers only.

`example` holds a list of `question`, `answerable` (true or false) and `answer` (a list of texts, or null).
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._read import Record, source
from probes.shared.items.known import UNKNOWN, Known

RELEASE, LICENCE, GROUP = "github.com/yinzhangyue/SelfAware", "CC BY-SA 4.0", "question"


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Known]:
    """The questions; of an unanswerable one the right answer is that it cannot be known."""
    return collect(source(path, "SelfAware.json", within="example"), _item, limit, spread)


def _item(record: Record) -> Known:
    question, answerable = record.text("question"), record.get("answerable", bool)
    answers = record.get("answer", list) if answerable else [UNKNOWN]
    if not answers or any(not isinstance(text, str) or not text.strip() for text in answers):
        raise ValueError(f"{record.where}: an answerable question needs a list of answers, none empty")
    name = f"selfaware-{record.number - 1}"
    return Known(name=name, question=question, answer=answers[0], task="selfaware", group=name,
                 wordings=(question,), aliases=tuple(answers[1:]), answerable=answerable)  # fmt: skip
