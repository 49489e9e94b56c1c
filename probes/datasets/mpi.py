"""MPI: the machine personality inventory on IPIP items (arXiv 2206.07550), read from a local copy.

File `mpi_120.csv` or `mpi_1k.csv`, header `label_raw,text,label_ocean,key`; `text` lacks its subject ("Worry
about things").
"""

from __future__ import annotations

from pathlib import Path

from probes.datasets._items import found, read_csv
from probes.inventory import Statement

_HEADER = ["label_raw", "text", "label_ocean", "key"]
_AXES = dict(O="openness", C="conscientiousness", E="extraversion", A="agreeableness", N="neuroticism")


def load(path: str | Path, limit: int | None = None) -> list[Statement]:
    """Statements "You ...". Keyed as in the file; its axes are not balanced between keys."""
    rows = read_csv(found(path, "mpi_120.csv"), columns=4)
    where, header = next(rows, ("an empty file", []))
    if header != _HEADER:
        raise ValueError(f"{where}: the header must be {','.join(_HEADER)}, found {','.join(header)}")
    statements: list[Statement] = []
    for where, (_, text, axis, key) in rows:
        if axis not in _AXES or key not in ("1", "-1"):
            raise ValueError(f"{where}: axis {axis!r} must be one of {''.join(_AXES)} and key {key!r} 1 or -1")
        said = f"You {text[:1].lower()}{text[1:].rstrip('.')}."
        statements.append(Statement(f"mpi-{len(statements)}", _AXES[axis], said, int(key)))
    return statements[:limit]
