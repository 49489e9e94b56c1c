"""MMLU: four-option questions on 57 subjects (arXiv 2009.03300), read from JSON Lines, Parquet or the published CSV.

JSON fields: `subject`, `question`, `options` or `choices` (four), `answer` (0 to 3 or A to D). CSV, one file per
subject: question, four options, letter; the subject is the file's name.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from probes.shared.datasets._answer import PLACE_OR_LETTER, place
from probes.shared.datasets._items import Item, Loaded, collect, counted
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE, GROUP = "github.com/hendrycks/test; cais/mmlu on the hub", "MIT", "question"


def load(
    path: str | Path, subjects: tuple[str, ...] = (), limit: int | None = None, spread: bool = False
) -> Loaded[Item]:
    """The questions of `subjects` (all by default); those with two equal options are left out.

    `limit` holds for each subject, or for all together with `spread`.
    """
    counted(limit)
    seen: Counter[str] = Counter()

    def item(record: Record) -> Item | None:
        subject, question, options, answer = _fields(record)
        if subjects and subject not in subjects:
            return record.leave("of other subjects")
        if len(set(options)) < len(options):
            return record.leave("with two equal options")
        right = options[place(answer, options, PLACE_OR_LETTER, record.where)]
        seen[subject] += 1
        if limit is not None and not spread and seen[subject] > limit:
            return record.leave("past the limit of their subject")
        name = f"mmlu-{subject}-{seen[subject]}"
        return Item(name, question, right, options, task=subject, group=name)

    files = source(path, "mmlu_test_40_per_subject.jsonl", "*_test.csv", "*.parquet", header=False)
    return collect(files, item, limit if spread else None, spread)


def _fields(record: Record) -> tuple[str, str, tuple[str, ...], int | str]:
    """Subject, question, options and answer of either layout."""
    if isinstance(record.value, list):
        question, *four, answer = record.cells(6)
        stem = record.where.partition(",")[0].rpartition(".")[0]
        return stem.removesuffix("_test").removesuffix("_val").removesuffix("_dev"), question, tuple(four), answer
    options = tuple(record.texts("options" if "options" in record.fields else "choices"))
    return record.get("subject", str), record.text("question"), options, record.get("answer", (int, str))
