"""TruthfulQA: questions that many people answer wrongly (arXiv 2109.07958), read from `TruthfulQA.csv` or mc_task.json.

CSV columns used: `Category`, `Question`, `Best Answer`, `Incorrect Answers` (separated by `; `). JSON: a list of
`question` and `mc1_targets` (text -> 1 or 0).
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from probes.datasets._items import Item, found, get, item, read_json


def load(path: str | Path, options: int = 4, seed: int = 0, limit: int | None = None) -> list[Item]:
    """The best answer among `options - 1` wrong ones, in an order drawn by `seed`; fewer where the file has fewer."""
    if options < 2:
        raise ValueError(f"options must be at least 2, got {options}")
    source = found(path, "TruthfulQA.csv")
    rows = _csv(source) if source.suffix == ".csv" else _json(source)
    items: list[Item] = []
    for number, (where, task, question, right, wrong) in enumerate(rows):
        rng = np.random.default_rng([seed, number])
        others = [text for text in dict.fromkeys(wrong) if text and text != right]
        if not others:
            continue
        shown = [others[k] for k in rng.permutation(len(others))[: options - 1]]
        shown.insert(int(rng.integers(len(shown) + 1)), right)
        name = f"truthfulqa-{number}"
        items.append(
            item(where, name=name, question=question, answer=right, options=tuple(shown), task=task, group=name)
        )
    return items[:limit]


def _csv(source: Path) -> Any:
    with source.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        for record in reader:
            where = f"{source.name}, line {reader.line_num}"
            wrong = [text.strip() for text in get(record, "Incorrect Answers", str, where).split(";")]
            right = get(record, "Best Answer", str, where).strip()
            yield where, str(record.get("Category") or "truthfulqa"), get(record, "Question", str, where), right, wrong


def _json(source: Path) -> Any:
    for number, record in enumerate(read_json(source, list)):
        where = f"{source.name}, item {number}"
        targets = get(record, "mc1_targets", dict, where)
        right = [text for text, value in targets.items() if value == 1]
        if len(right) != 1:
            raise ValueError(f"{where}: field 'mc1_targets' must mark exactly one answer, found {len(right)}")
        yield where, "truthfulqa", get(record, "question", str, where), right[0], [t for t in targets if t != right[0]]
