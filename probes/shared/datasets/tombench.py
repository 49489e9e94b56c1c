"""ToMBench: eight tasks of social cognition as multiple choice (arXiv 2402.15052), read from local JSONL files.

English fields: `STORY`, `QUESTION`, `OPTION-A` to `OPTION-D` (C and D may be missing or the bare token NaN), and an
answer letter. The authors ask not to train on it; it is never bundled.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect, counted, lettered, story_group
from probes.shared.datasets._read import Record, Source, locate

RELEASE, LICENCE, GROUP = "github.com/zhchen18/ToMBench", "MIT; not for training", "story"
_ABILITY, _ANSWER = "能力\nABILITY", "答案\nANSWER"


def load(path: str | Path, tasks: tuple[str, ...] = (), limit: int | None = None, spread: bool = False) -> Loaded[Item]:
    """The items of one file, or of every file of a folder (or those named in `tasks`).

    `limit` holds for each file, or for all together with `spread`. Items with two equal options are left out.
    """
    files = locate(path, "*.jsonl")
    if tasks and (missing := set(tasks) - {file.stem for file in files}):
        raise ValueError(f"no task {sorted(missing)[0]!r}; there are {[file.stem for file in files]}")
    counted(limit)
    used: Counter[str] = Counter()

    def item(record: Record) -> Item | None:
        task = record.where.rpartition(".jsonl")[0]
        if limit is not None and not spread and used[task] >= limit:
            return record.leave("past the limit of their file")
        options = _options(record)
        answer = lettered(options, record.get(_ANSWER, str).strip(" ."), record.where, "ANSWER")
        if len(set(options.values())) < len(options):
            return record.leave("with two equal options")
        used[task] += 1
        story = record.text("STORY")
        name, ability = f"{task}-{record.number}", record.get(_ABILITY, str).partition(":")[0]
        return Item(name, record.text("QUESTION"), answer, tuple(options.values()), story,
                    f"{task}:{ability}", story_group("tombench", story))  # fmt: skip

    wanted = tuple(file for file in files if not tasks or file.stem in tasks)
    return collect(Source(wanted), item, limit if spread else None, spread)


def _options(record: Record) -> dict[str, str]:
    """Letter -> text without its own letter; NaN is Python's float, an absent option."""
    options = {}
    for letter in "ABCD":
        value = record.value.get(f"OPTION-{letter}") if isinstance(record.value, dict) else None
        if isinstance(value, str) and value.strip():
            options[letter] = re.sub(rf"^{letter}[.:)]\s*", "", value.strip())
        elif letter in "AB":
            record.get(f"OPTION-{letter}", str)
    return options
