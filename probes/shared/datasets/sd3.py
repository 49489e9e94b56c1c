"""SD-3 and other Dark Triad questionnaires: the codebook of its open data, or a CSV file `axis,text,key` of your own.

The open data of SD-3 come with a `codebook.txt` in which an item is a line: `M1`, `N1` or `P1`, then its text. N2, N6,
N8, P2 and P7 are reverse-keyed (Jones and Paulhus 2014, doi:10.1177/1073191113514105). In the CSV file `axis` is
machiavellianism, narcissism or psychopathy (or its first letter) and `key` 1 or -1. No item is bundled.
"""

from __future__ import annotations

import re
from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._read import Record, source
from probes.shared.items.statement import DARK_TRIAD, Statement

RELEASE, LICENCE = "openpsychometrics.org/_rawdata (SD3: codebook.txt)", "none stated; free for research use"
GROUP = "statement"
REVERSED = frozenset({"N2", "N6", "N8", "P2", "P7"})
_AXES = {name[0]: name for name in DARK_TRIAD} | {name: name for name in DARK_TRIAD}
_ITEM = re.compile(r"\s*([MNP])([1-9])[\s.:\"]+(.+?)\"?\s*$")


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Statement]:
    """The statements in the order of the file; of a codebook, 27 or as many as it has."""
    file = source(path, "sd3.csv", "codebook.txt")
    return collect(file, _line if file.files[0].suffix.lower() == ".txt" else _row, limit, spread)


def _row(record: Record) -> Statement:
    axis, text, key = record.text("axis").lower(), record.text("text"), record.text("key")
    if axis not in _AXES or key not in ("1", "-1") or not text:
        raise ValueError(f"{record.where}: needs a Dark Triad axis, a text and a key of 1 or -1")
    return Statement(f"sd3-{record.number - 1}", _AXES[axis], text, int(key))


def _line(record: Record) -> Statement | None:
    """An item of the codebook; other lines explain it."""
    item = _ITEM.match(str(record.value))
    if not item:
        return record.leave("lines that are no item")
    axis, number, text = item.groups()
    return Statement(f"sd3-{axis}{number}", _AXES[axis.lower()], text, -1 if f"{axis}{number}" in REVERSED else 1)
