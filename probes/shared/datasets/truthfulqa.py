"""TruthfulQA: questions that many people answer wrongly (arXiv 2109.07958), read from `TruthfulQA.csv` or mc_task.json.

CSV columns used: `Category`, `Question`, `Best Answer`, `Incorrect Answers` (separated by `; `). JSON: a list of
`question` and `mc1_targets` (text -> 1 or 0, or as on the hub `choices` and `labels`). Questions have between two and
thirteen options: `Item.chance` is the null of each.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from probes.shared.datasets._items import Item, Loaded, collect
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE, GROUP = "github.com/sylinrl/TruthfulQA", "Apache-2.0", "question"


def load(
    path: str | Path, options: int = 4, seed: int = 0, limit: int | None = None, spread: bool = False
) -> Loaded[Item]:
    """The best answer among `options - 1` wrong ones (all with 0), in an order drawn by `seed`.

    Questions with fewer wrong answers keep those they have.
    """
    if options < 2 and options != 0:
        raise ValueError(f"options must be at least 2, or 0 for all, got {options}")

    def item(record: Record) -> Item | None:
        task, question, right, wrong = _fields(record)
        rng = np.random.default_rng([seed, record.number - 1])
        others = [text for text in dict.fromkeys(wrong) if text and text != right]
        if not others:
            return record.leave("without a wrong answer")
        choices = [others[k] for k in rng.permutation(len(others))[: options - 1 if options else None]]
        choices.insert(int(rng.integers(len(choices) + 1)), right)
        name = f"truthfulqa-{record.number - 1}"
        return Item(name, question, right, tuple(choices), task=task, group=name)

    return collect(source(path, "TruthfulQA.csv", "mc_task.json", "*.parquet"), item, limit, spread)


def _fields(record: Record) -> tuple[str, str, str, list[str]]:
    """Category, question, right answer and wrong ones."""
    if isinstance(record.value, dict) and "mc1_targets" in record.value:
        targets = _targets(record)
        right = [text for text, value in targets.items() if value == 1]
        if len(right) != 1:
            raise ValueError(f"{record.where}: field 'mc1_targets' must mark exactly one answer, found {len(right)}")
        return "truthfulqa", record.text("question"), right[0], [text for text in targets if text != right[0]]
    wrong = [text.strip() for text in record.get("Incorrect Answers", str).split(";")]
    return record.maybe("Category", "truthfulqa"), record.text("Question"), record.text("Best Answer"), wrong


def _targets(record: Record) -> dict[str, int]:
    targets = record.inside("mc1_targets")
    if "choices" not in targets.fields:
        return dict(targets.fields)
    texts, marks = targets.texts("choices"), targets.get("labels", list)
    if len(texts) != len(marks) or len(set(texts)) != len(texts):
        raise ValueError(f"{targets.where}: 'choices' and 'labels' must be equally long, and no choice there twice")
    return dict(zip(texts, marks, strict=True))
