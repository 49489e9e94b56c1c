"""MedQA: questions of medical licensing examinations (arXiv 2009.13081), read from its JSON Lines.

Fields: `question`, `options` (letter -> text), `answer_idx` (a letter); `meta_info` names the examination.
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect, lettered
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE, GROUP = "github.com/jind11/MedQA", "MIT", "question"


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Item]:
    """The questions; those with two equal options are left out."""
    return collect(source(path, "phrases_no_exclude_test.jsonl"), _item, limit, spread)


def _item(record: Record) -> Item | None:
    options = {letter: record.inside("options").text(letter) for letter in record.get("options", dict)}
    answer = lettered(options, record.get("answer_idx", str), record.where, "answer_idx")
    if len(set(options.values())) < len(options):
        return record.leave("with two equal options")
    name = f"medqa-{record.number}"
    task = record.maybe("meta_info", "medqa")
    return Item(name, record.text("question"), answer, tuple(options.values()), task=task, group=name)
