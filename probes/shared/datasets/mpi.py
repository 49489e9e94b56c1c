"""MPI: the machine personality inventory on IPIP items (arXiv 2206.07550), read from a local copy.

File `mpi_120.csv` or `mpi_1k.csv`, header `label_raw,text,label_ocean,key`; `text` lacks its subject ("Worry
about things"). One item of the released `mpi_1k.csv` has the key 0 and is skipped.
"""

from __future__ import annotations

from pathlib import Path

from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._read import Record, source
from probes.shared.items.statement import Statement

RELEASE, LICENCE, GROUP = "github.com/jianggy/MPI", "MIT; IPIP items are in the public domain", "statement"
_AXES = dict(O="openness", C="conscientiousness", E="extraversion", A="agreeableness", N="neuroticism")


def load(path: str | Path, limit: int | None = None, spread: bool = False) -> Loaded[Statement]:
    """Statements "You ...". Keyed as in the file; its axes are not balanced between keys."""
    return collect(source(path, "mpi_120.csv", "mpi_1k.csv"), _statement, limit, spread)


def _statement(record: Record) -> Statement:
    text, axis, key = record.text("text"), record.text("label_ocean"), record.text("key")
    if axis not in _AXES or key not in ("1", "-1"):
        raise ValueError(f"{record.where}: axis {axis!r} must be one of {''.join(_AXES)} and key {key!r} 1 or -1")
    return Statement(
        f"mpi-{record.number - 1}", _AXES[axis], f"You {text[:1].lower()}{text[1:].rstrip('.')}.", int(key)
    )
