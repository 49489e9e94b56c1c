"""AQuA-RAT: algebra with five options (arXiv 1705.04146), read from a local `test.json` or `dev.json`.

One JSON object a line. Fields used: `question`, `options` (`A)...` to `E)...`), `correct` (a letter).
"""

from __future__ import annotations

import re
from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect, lettered
from probes.shared.datasets._read import Record, source

RELEASE, LICENCE, GROUP = "github.com/google-deepmind/AQuA", "Apache-2.0", "problem"


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Item]:
    """The problems; options lose their letters. Problems with two equal options have no answer and are left out."""
    return collect(source(path, "test.json"), _item, limit, spread)


def _item(record: Record) -> Item | None:
    listed = record.get("options", list)
    if any(not isinstance(text, str) or not re.match(r"[A-E]\)", text) for text in listed):
        raise ValueError(f"{record.where}: options must read 'A)...' to 'E)...'")
    options = {text[0]: text[2:].strip() for text in listed}
    answer = lettered(options, record.get("correct", str), record.where, "correct")
    if len(set(options.values())) < len(listed):
        return record.leave("with two equal options")
    name = f"aqua-{record.number}"
    return Item(name, record.text("question"), answer, tuple(options.values()), task="aqua", group=name)
