"""SVAMP: arithmetic word problems with distractors (arXiv 2103.07191), read from a local `SVAMP.json`."""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE, GROUP = "github.com/arkilpatel/SVAMP", "MIT", "problem"


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Item]:
    """The problems; `Body` and `Question` are joined, a whole-number `Answer` is written without a decimal point."""
    return collect(source(path, "SVAMP.json"), _item, limit, spread)


def _item(record: Record) -> Item:
    body, name = record.text("Body"), record.get("ID", str)
    question = f"{body}{'' if body.endswith(('.', '?', '!')) else '.'} {record.text('Question')}"
    return Item(name, question, f"{record.get('Answer', (int, float)):g}", task="svamp", group=name)
