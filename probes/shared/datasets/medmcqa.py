"""MedMCQA: four-option questions of Indian medical entrance examinations (Pal et al. 2022), in any of its copies.

Fields: `question`, `opa` to `opd`, `cop` (1 to 4 in the published files, 0 to 3 in the hub's: say which with `base`),
`choice_type`, `subject_name`.
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE, GROUP = "github.com/medmcqa/medmcqa; openlifescienceai/medmcqa on the hub", "Apache-2.0", "question"
FIELDS = ("opa", "opb", "opc", "opd")


def load(path: str | Path, base: int = 1, limit: int | None = None, spread: bool = False) -> Loaded[Item]:
    """Questions with a single right option; those with two equal options or without a published answer are left out."""

    def item(record: Record) -> Item | None:
        texts = tuple(record.text(field) for field in FIELDS)
        if record.maybe("choice_type", "single") != "single":
            return record.leave("with several right options")
        if record.fields.get("cop") in (None, "", -1):
            return record.leave("without a published answer")
        if len(set(texts)) < 4:
            return record.leave("with two equal options")
        place = _number(record) - base
        if not 0 <= place < 4:
            raise ValueError(
                f"{record.where}: field 'cop' is {place + base}, outside {base} to {base + 3}; is `base` right?"
            )
        name, task = f"medmcqa-{record.number}", record.maybe("subject_name", "medmcqa")
        return Item(name, record.text("question"), texts[place], texts, task=task, group=name)

    patterns = ("dev.json", "dev.jsonl", "*validation*.parquet", "*validation*", "dev*", "*.json", "*.csv")
    return collect(source(path, *patterns), item, limit, spread)


def _number(record: Record) -> int:
    """The place as published: a number, or its digit in a CSV file."""
    value = record.get("cop", (int, str))
    if isinstance(value, str) and not value.strip().isdecimal():
        raise ValueError(f"{record.where}: field 'cop' must be a number, found {value!r}")
    return int(value)
