"""MedMCQA: four-option questions of Indian medical entrance examinations (Pal et al. 2022), read from its JSON Lines.

Fields: `question`, `opa` to `opd`, `cop` (1 to 4 in the published files, 0 to 3 in the hub's: say which with `base`),
`choice_type`, `subject_name`.
"""

from __future__ import annotations

from pathlib import Path

from probes.datasets._items import Item, found, get, item, read_jsonl

FIELDS = ("opa", "opb", "opc", "opd")


def load(path: str | Path, base: int = 1, limit: int | None = None) -> list[Item]:
    """Questions with a single right option; those with two equal options or without a published answer are left out."""
    items: list[Item] = []
    for where, record in read_jsonl(found(path, "dev.json")):
        texts = tuple(get(record, field, str, where).strip() for field in FIELDS)
        single = str(record.get("choice_type", "single")) == "single"
        if "cop" not in record or not single or len(set(texts)) < 4:
            continue
        place = get(record, "cop", int, where) - base
        if not 0 <= place < 4:
            raise ValueError(f"{where}: field 'cop' is {place + base}, outside {base} to {base + 3}; is `base` right?")
        name, task = f"medmcqa-{where.rpartition(' ')[2]}", str(record.get("subject_name") or "medmcqa")
        items.append(item(where, name=name, question=get(record, "question", str, where), answer=texts[place],
                          options=texts, task=task, group=name))  # fmt: skip
    return items[:limit]
