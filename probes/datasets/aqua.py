"""AQuA-RAT: algebra with five options (arXiv 1705.04146), read from a local `test.json` or `dev.json`.

One JSON object a line. Fields used: `question`, `options` (`A)...` to `E)...`), `correct` (a letter).
"""

from __future__ import annotations

import re
from pathlib import Path

from probes.datasets._items import Item, found, get, item, read_jsonl


def load(path: str | Path, limit: int | None = None) -> list[Item]:
    """The problems; options lose their letters. Problems with two equal options are left out (they have no answer)."""
    items: list[Item] = []
    for where, record in read_jsonl(found(path, "test.json")):
        lettered = get(record, "options", list, where)
        if any(not isinstance(text, str) or not re.match(r"[A-E]\)", text) for text in lettered):
            raise ValueError(f"{where}: options must read 'A)...' to 'E)...'")
        options = {text[0]: text[2:].strip() for text in lettered}
        letter = get(record, "correct", str, where)
        if letter not in options:
            raise ValueError(f"{where}: field 'correct' is {letter!r}, not one of {', '.join(options)}")
        if len(set(options.values())) < len(lettered):
            continue
        name, question = f"aqua-{where.rpartition(' ')[2]}", get(record, "question", str, where)
        shown = tuple(options.values())
        items.append(
            item(where, name=name, question=question, answer=options[letter], options=shown, task="aqua", group=name)
        )
    return items[:limit]
