"""ToMBench: eight tasks of social cognition as multiple choice (arXiv 2402.15052), read from local JSONL files.

English fields: `STORY`, `QUESTION`, `OPTION-A` to `OPTION-D` (C and D may be missing or the bare token NaN), and an
answer letter. The authors ask not to train on it; it is never bundled.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from probes.datasets._items import Item, get, item, read_jsonl

_ABILITY, _ANSWER = "能力\nABILITY", "答案\nANSWER"


def load(path: str | Path, tasks: tuple[str, ...] = (), limit: int | None = None) -> list[Item]:
    """The items of one file, or of every file of a folder (or those named in `tasks`); `limit` holds for each file.

    Items that share their story share a group. Items with two equal options or without an answer are left out.
    """
    folder = Path(path)
    files = [folder] if folder.is_file() else sorted(folder.glob("*.jsonl"))
    if tasks and (missing := set(tasks) - {file.stem for file in files}):
        raise ValueError(f"no task {sorted(missing)[0]!r} in {folder.name}; there are {[file.stem for file in files]}")
    if not files:
        raise FileNotFoundError(f"no .jsonl file in {folder}")
    return [found for file in files if not tasks or file.stem in tasks for found in _file(file)[:limit]]


def _file(file: Path) -> list[Item]:
    items: list[Item] = []
    stories: dict[str, str] = {}
    for where, record in read_jsonl(file):
        options = _options(record, where)
        letter = get(record, _ANSWER, str, where).strip(" .")
        if letter not in options:
            raise ValueError(f"{where}: the answer {letter!r} is none of the options {', '.join(options)}")
        if len(set(options.values())) < len(options):
            continue
        story = get(record, "STORY", str, where).strip()
        name = f"{file.stem}-{where.rpartition(' ')[2]}"
        group = stories.setdefault(story, name)
        ability = get(record, _ABILITY, str, where).partition(":")[0]
        items.append(
            item(where, name=name, question=get(record, "QUESTION", str, where).strip(), answer=options[letter],
                 options=tuple(options.values()), story=story, task=f"{file.stem}:{ability}", group=group)
        )  # fmt: skip
    return items


def _options(record: dict[str, Any], where: str) -> dict[str, str]:
    """Letter -> text without its own letter; NaN is Python's float, an absent option."""
    options = {}
    for letter in "ABCD":
        value = record.get(f"OPTION-{letter}")
        if isinstance(value, str) and value.strip():
            options[letter] = re.sub(rf"^{letter}[.:)]\s*", "", value.strip())
        elif letter in "AB":
            raise ValueError(f"{where}: field 'OPTION-{letter}' must be str, found {type(value).__name__}")
    return options
