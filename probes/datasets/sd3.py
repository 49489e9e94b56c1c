"""SD-3 and other Dark Triad questionnaires, read from a local CSV file with the header `axis,text,key`.

`axis` is machiavellianism, narcissism or psychopathy (or its first letter), `text` a whole sentence, `key` 1 or -1.
The items themselves (Jones and Paulhus 2014, doi:10.1177/1073191113514105) are not bundled.
"""

from __future__ import annotations

from pathlib import Path

from probes.datasets._items import found, read_csv
from probes.inventory import DARK_TRIAD, Statement

_AXES = {name[0]: name for name in DARK_TRIAD} | {name: name for name in DARK_TRIAD}


def load(path: str | Path, limit: int | None = None) -> list[Statement]:
    """The statements in the order of the file."""
    rows = read_csv(found(path, "sd3.csv"), columns=3)
    where, header = next(rows, ("an empty file", []))
    if header != ["axis", "text", "key"]:
        raise ValueError(f"{where}: the header must be axis,text,key, found {','.join(header)}")
    statements: list[Statement] = []
    for where, (axis, text, key) in rows:
        if axis.lower() not in _AXES or key not in ("1", "-1") or not text.strip():
            raise ValueError(f"{where}: needs a Dark Triad axis, a text and a key of 1 or -1")
        statements.append(Statement(f"sd3-{len(statements)}", _AXES[axis.lower()], text.strip(), int(key)))
    return statements[:limit]
