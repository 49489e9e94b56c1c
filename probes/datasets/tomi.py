"""ToMi: first- and second-order beliefs in bAbI style (Le et al. 2019), read from a local `test.txt`.

Numbered lines; a line with a tab is `question<TAB>answer<TAB>...` and ends a story. `test.trace` beside it, one line a
story, gives the kind of question. The options are the two places named in the story, where there are just two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from probes.datasets._items import Item, found, item

_PLACE = re.compile(r"(?:is in|to) the ([\w ]+?)\.?$")


def load(path: str | Path, limit: int | None = None) -> list[Item]:
    """Items with two options. Stories with fewer than two places leave no choice and are left out."""
    file = found(path, "test.txt")
    trace = file.with_suffix(".trace")
    kinds = trace.read_text(encoding="utf-8").splitlines() if trace.is_file() else []
    items = []
    for number, (where, lines, question, answer) in enumerate(_stories(file)):
        named = dict.fromkeys(match[1].strip() for line in lines if (match := _PLACE.search(line)))
        options = tuple(dict.fromkeys([*named, answer]))
        if number >= len(kinds) and kinds:
            raise ValueError(f"{trace.name}: no line for story {number + 1} of {file.name}")
        task = ":".join(kinds[number].split(",")[-2:]) if kinds else "belief"
        if len(options) >= 2:
            name = f"tomi-{number}"
            items.append(
                item(where, name=name, question=question, answer=answer, options=options, story="\n".join(lines),
                     task=task, group=name)
            )  # fmt: skip
    return items[:limit]


def _stories(file: Path) -> Iterator[tuple[str, list[str], str, str]]:
    """(where, sentences, question, answer), one per question line."""
    told: list[str] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{file.name}, line {number}"
        if not line.strip():
            continue
        numbered = re.match(r"(\d+) (.+)", line)
        if not numbered:
            raise ValueError(f"{where}: expected a numbered line")
        told = told if numbered[1] != "1" else []
        cells = numbered[2].split("\t")
        if len(cells) == 1:
            told.append(numbered[2])
        elif not told or not cells[1].strip():
            raise ValueError(f"{where}: a question without a story or without an answer")
        else:
            yield where, list(told), cells[0].strip(), cells[1].strip()
