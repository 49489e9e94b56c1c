"""PERMA: requests after a history, with eight replies (2026), read from a local copy.

One JSON object a file below `data/evaluation/USER`. Fields used: `task_id`, `question`, `options` (a text with lines
`A: ...` to `H: ...`), `gold_label`. Without the user's history, which lies in other files, a right reply can only be
guessed from how it is written: a control for the shortcut, no measure of memory.
"""

from __future__ import annotations

import re
from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect, lettered
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE, GROUP = "github.com/PolarisLiu1/PERMA", "Apache-2.0 by its README; no licence file", "task"
_LETTER = re.compile(r"^([A-Z]): ", re.MULTILINE)


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Item]:
    """The tasks of a file, or of all files below a folder; replies lose their letters."""
    return collect(source(path, "*task*.json", "**/*task*.json"), _item, limit, spread)


def _item(record: Record) -> Item | None:
    parts = _LETTER.split(record.text("options"))
    options = {letter: text.strip() for letter, text in zip(parts[1::2], parts[2::2], strict=True)}
    if parts[0].strip() or len(options) < 2:
        raise ValueError(f"{record.where}: options must be lines that begin with 'A: ', 'B: ' and so on")
    answer = lettered(options, record.get("gold_label", str), record.where, "gold_label")
    if len(set(options.values())) < len(options):
        return record.leave("with two equal options")
    task = record.text("task_id")
    name = f"{task}-{record.where.split(',')[0].removesuffix('.json')}"
    return Item(name, record.text("question"), answer, tuple(options.values()), task="perma", group=task)
