"""GSM8K: grade-school word problems (arXiv 2110.14168), read from a local `test.jsonl`.

Fields used: `question`, `answer` (worked solution; the number after `#### `). Answers lose their thousands commas.
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE, GROUP = "github.com/openai/grade-school-math", "MIT", "problem"


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Item]:
    """The problems in the order of the file; `path` is the file or its folder."""
    return collect(source(path, "test.jsonl"), _item, limit, spread)


def _item(record: Record) -> Item:
    _, mark, number = record.get("answer", str).rpartition("#### ")
    if not mark or not number.strip():
        raise ValueError(f"{record.where}: no final number after '#### ' in field 'answer'")
    name = f"gsm8k-{record.number - 1}"
    return Item(name, record.get("question", str), number.strip().replace(",", ""), task="gsm8k", group=name)
