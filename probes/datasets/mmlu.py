"""MMLU: four-option questions on 57 subjects (arXiv 2009.03300), read from JSON Lines or from the published CSV.

JSON fields: `subject`, `question`, `options` or `choices` (four), `answer` (0 to 3 or A to D). CSV, one file a subject:
question, four options, letter; the subject is the file's name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probes.datasets._items import Item, found, get, item, read_csv, read_jsonl

LETTERS = "ABCDEFGHIJ"


def load(path: str | Path, subjects: tuple[str, ...] = (), limit: int | None = None) -> list[Item]:
    """The questions of `subjects` (all by default), `limit` of each; those with two equal options are left out."""
    source = found(path, "mmlu_test_40_per_subject.jsonl")
    rows = _csv(source) if source.suffix == ".csv" else read_jsonl(source)
    items: list[Item] = []
    seen: dict[str, int] = {}
    for where, record in rows:
        subject = get(record, "subject", str, where)
        options = get(record, "options" if "options" in record else "choices", list, where)
        if (subjects and subject not in subjects) or len(set(options)) < len(options):
            continue
        place = position(record, "answer", len(options), where)
        seen[subject] = seen.get(subject, 0) + 1
        if limit is not None and seen[subject] > limit:
            continue
        name, texts = f"mmlu-{subject}-{seen[subject]}", tuple(str(text).strip() for text in options)
        items.append(item(where, name=name, question=get(record, "question", str, where), answer=texts[place],
                          options=texts, task=subject, group=name))  # fmt: skip
    return items


def position(record: dict[str, Any], field: str, options: int, where: str) -> int:
    """Place of the right option from a number (0-based) or a letter."""
    value = get(record, field, (int, str), where)
    place = LETTERS.find(value.strip().upper()) if isinstance(value, str) and len(value.strip()) == 1 else value
    if not isinstance(place, int) or not 0 <= place < options:
        raise ValueError(f"{where}: field {field!r} is {value!r}, which names none of {options} options")
    return place


def _csv(source: Path) -> Any:
    subject = source.stem.removesuffix("_test").removesuffix("_val").removesuffix("_dev")
    for where, cells in read_csv(source, columns=6):
        yield where, {"subject": subject, "question": cells[0], "options": cells[1:5], "answer": cells[5]}
