"""MedQA: questions of medical licensing examinations (arXiv 2009.13081), read from its JSON Lines.

Fields: `question`, `options` (letter -> text), `answer_idx` (a letter); `meta_info` names the examination.
"""

from __future__ import annotations

from pathlib import Path

from probes.datasets._items import Item, found, get, item, read_jsonl


def load(path: str | Path, limit: int | None = None) -> list[Item]:
    """The questions; those with two equal options are left out."""
    items: list[Item] = []
    for where, record in read_jsonl(found(path, "phrases_no_exclude_test.jsonl")):
        options = get(record, "options", dict, where)
        letter = get(record, "answer_idx", str, where)
        if letter not in options:
            raise ValueError(f"{where}: field 'answer_idx' is {letter!r}, not one of {', '.join(map(str, options))}")
        texts = {key: str(text).strip() for key, text in options.items()}
        if len(set(texts.values())) < len(texts):
            continue
        name, task = f"medqa-{where.rpartition(' ')[2]}", str(record.get("meta_info") or "medqa")
        items.append(item(where, name=name, question=get(record, "question", str, where), answer=texts[letter],
                          options=tuple(texts.values()), task=task, group=name))  # fmt: skip
    return items[:limit]
