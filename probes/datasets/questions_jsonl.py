"""Any questions of your own: JSON Lines with `question`, `answer`, and `options` where there are some.

`answer` is a text, one of the options, the place of an option (from 0) or its letter; or a list of texts that all count
as right. Optional: `name`, `group` (the independent unit), `topic`, `level`, `answerable`, `wordings` (paraphrases).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probes.datasets._items import Item, found, get, read_jsonl
from probes.datasets.mmlu import position
from probes.knowledge._item import Known


def load(path: str | Path, limit: int | None = None) -> list[Item]:
    """The questions of the file, in its order."""
    source = found(path, "questions.jsonl")
    return [_item(where, record, source.stem) for where, record in read_jsonl(source)][:limit]


def _item(where: str, record: dict[str, Any], stem: str) -> Item:
    question = get(record, "question", str, where).strip()
    options = tuple(str(text).strip() for text in record.get("options") or ())
    right = _right(where, record, options)
    name = str(record.get("name") or f"{stem}-{where.rpartition(' ')[2]}")
    try:
        return Known(name=name, question=question, answer=right[0], options=options,
                     task=str(record.get("topic") or stem), group=str(record.get("group") or name),
                     wordings=(question, *map(str, record.get("wordings") or ())), level=int(record.get("level") or 0),
                     answerable=bool(record.get("answerable", True)), aliases=right[1:])  # fmt: skip
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _right(where: str, record: dict[str, Any], options: tuple[str, ...]) -> tuple[str, ...]:
    value = record.get("answer")
    if isinstance(value, list) and value and not options:
        return tuple(str(text) for text in value)
    if options and str(value).strip() not in options:
        return (options[position(record, "answer", len(options), where)],)
    return (str(get(record, "answer", (str, int, float), where)).strip(),)
