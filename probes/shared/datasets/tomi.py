"""ToMi: first- and second-order beliefs in bAbI style (Le et al. 2019), from `fb_all_test.txt` or `test.txt`.

Numbered lines; a line with a tab is `question<TAB>answer<TAB>...` and ends a story, which is printed again for each of
its questions. A `.trace` file of the same name, one line per question, gives its kind. The options are the two places
named in the story, where there are just two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from probes.shared.datasets._items import Item, Loaded, collect, story_group
from probes.shared.datasets._read import Record, Source, locate

RELEASE, LICENCE, GROUP = "github.com/facebookresearch/ToMi", "CC BY-NC 4.0", "story: all its questions are one unit"
_PLACE = re.compile(r"(?:is in|to) the ([\w ]+?)\.?$")


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Item]:
    """Items with two options. Stories with fewer than two places leave no choice and are left out."""
    file = locate(path, "fb_all_test.txt", "test.txt", "*test*.txt")[0]
    trace = file.with_suffix(".trace")
    kinds = trace.read_text(encoding="utf-8-sig").splitlines() if trace.is_file() else []
    return collect(_Stories((file,)), lambda record: _item(record, kinds, trace.name), limit, spread)


def _item(record: Record, kinds: list[str], trace: str) -> Item | None:
    lines, question, answer = record.value
    if kinds and record.number > len(kinds):
        raise ValueError(f"{trace}: no line for question {record.number}")
    places = dict.fromkeys(match[1].strip() for line in lines if (match := _PLACE.search(line)))
    options = tuple(dict.fromkeys([*places, answer]))
    if len(options) < 2:
        return record.leave("questions on a story with one place")
    story = "\n".join(lines)
    task = ":".join(kinds[record.number - 1].split(",")[-2:]) if kinds else "belief"
    return Item(f"tomi-{record.number - 1}", question, answer, options, story, task, story_group("tomi", story))


class _Stories(Source):
    """A record is one question with the sentences before it."""

    def _of(self, file: Path) -> Iterator[Record]:
        lines: list[str] = []
        number = 0
        for at, text in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), start=1):
            where = f"{file.name}, line {at}"
            numbered = re.match(r"(\d+) (.+)", text)
            if not numbered and text.strip():
                number += 1
                yield Record(where, number, ValueError(f"{where}: expected a numbered line"))
            elif numbered:
                lines = [] if numbered[1] == "1" else lines
                question, tab, rest = numbered[2].partition("\t")
                answer = rest.partition("\t")[0].strip()
                if not tab:
                    lines.append(numbered[2])
                    continue
                number += 1
                bad = ValueError(f"{where}: a question without a story or without an answer")
                yield Record(where, number, (list(lines), question.strip(), answer) if lines and answer else bad)

    def records(self, every: int = 1) -> Iterator[Record]:
        for file in self.files:
            yield from (record for record in self._of(file) if (record.number - 1) % every == 0)
