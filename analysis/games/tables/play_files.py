"""Play data as they are given, a file or a table: the shape they come in, and their cells as names and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from probes.schema.given import columns as given_columns

NEEDED = ("match", "round", "move", "partner_move")
OPTIONAL = ("player", "partner", "game", "model", "treatment", "seat", "points", "partner_points")
SHAPES: Mapping[str, Mapping[str, str]] = {
    "one row per move": {},
    "stratEst": {"id": "player", "game": "match", "period": "round", "choice": "move", "other.choice": "partner_move"},
    "two players a row": {"answer1": "move1", "answer2": "move2"},
}
"""Shape -> columns as they come and as they are named here; the shape is told by its columns."""
UNITS = ("match", "player", "model", "game", "treatment", "seat")
"""Columns of names: each makes units or groups, so none may be empty, and 007 is not 7."""


def read(source: pd.DataFrame | str | Path) -> pd.DataFrame:
    """Cells as they were written, None where one is missing. FileNotFoundError and ValueError name the file."""
    if isinstance(source, pd.DataFrame):
        table = source.reset_index(drop=True).astype(object)
        return table.where(table.notna(), None)
    path = Path(source).expanduser()
    if not path.is_file():
        raise FileNotFoundError(f"no file {path.absolute()}; play data are a file that ends in {given_columns.ENDINGS}")
    return pd.DataFrame(given_columns.columns(path), dtype=object)


def named(rows: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """The columns under our names, those that the caller names first.

    ValueError names a column that is needed and missing, there twice, or to be renamed and not there.
    """
    if absent := [name for name in columns if name not in rows]:
        raise ValueError(f"play data have no column {absent[0]!r} to rename; they have {_listed(rows)}")
    rows = rows.rename(columns=dict(columns))
    for names in SHAPES.values():
        if names and set(names) <= set(rows):
            rows = rows.rename(columns=dict(names))
    if rows.columns.has_duplicates:
        raise ValueError(f"play data have the column {rows.columns[rows.columns.duplicated()][0]!r} twice; rename one")
    needed = ("match", "round", "move1", "move2") if "move1" in rows else NEEDED
    if "move1" in rows and "match" not in rows and "round" in rows:
        rows = rows.assign(match=(_numbers(rows, "round") == 1).cumsum())
    if missing := [name for name in needed if name not in rows]:
        raise ValueError(f"play data lack the column {missing[0]!r}; they have {_listed(rows)}. "
                         f"Cells are separated by commas, and `columns` gives the names used here")  # fmt: skip
    if rows.empty:
        raise ValueError("play data without a row")
    return rows


def _listed(rows: pd.DataFrame) -> str:
    return ", ".join(map(str, rows))


def typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Names as text and numbers as numbers, while rows are still those that were given. ValueError names a bad one."""
    names = [name for name in (*UNITS, "player1", "player2") if name in rows]
    counts = [str(name) for name in rows if str(name).rstrip("12") in ("round", "points", "partner_points")]
    try:
        read: dict[str, Any] = {name: given_columns.names(rows[name], name) for name in names}
    except ValueError as error:
        raise ValueError(f"play data, {error}") from None
    return rows.assign(**read, **{name: _numbers(rows, name) for name in counts})


def _numbers(rows: pd.DataFrame, name: str) -> pd.Series:
    try:
        return pd.Series(given_columns.numbers(rows[name], name), rows.index)
    except ValueError as error:
        raise ValueError(f"play data, {error}") from None
