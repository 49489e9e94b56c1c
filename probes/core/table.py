"""The long table of a run: built from records in pieces of bounded size, kept as Parquet beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from probes.schema import replacing
from probes.schema.names import COLUMNS, TAIL, storable

PIECE = 20_000
"""Trials that are Python objects at a time while a table is built, and rows of a Parquet row group."""


def table(records: Iterable[Mapping[str, Any]], run: Mapping[str, Any], units: Mapping[str, str]) -> pd.DataFrame:
    """The long table: one row per measure; `value` is empty unless `status` is ok; facts are columns."""
    rest = iter(records)
    pieces = [pd.DataFrame(lines) for lines in iter(lambda: _lines(islice(rest, PIECE), run, units), [])]
    facts = {name: None for piece in pieces for name in piece.columns if name not in COLUMNS and name not in TAIL}
    if len(pieces) > 1:  # a fact that is absent from a whole piece must not make its column one of objects
        pieces = [piece.dropna(axis=1, how="all") for piece in pieces]
    frame = pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=[*COLUMNS, *TAIL])
    frame = frame.reindex(columns=[*COLUMNS, *facts, *TAIL])
    frame["value"] = frame["value"].astype(float)
    frame["question"] = frame["question"].astype("Int64")
    return frame


def _lines(
    records: Iterable[Mapping[str, Any]], run: Mapping[str, Any], units: Mapping[str, str]
) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for record in records:
        shared = {**run, "key": record["key"], "cluster": str(record["cluster"]), **record["facts"]}
        for index, row in enumerate(record["rows"]):
            made = {name: row.get(name) for name in ("question", "text", "stop")}
            base = {name: storable(value) for name, value in {**shared, "row": index, **row["facts"], **made}.items()}
            for measure, value in row["values"].items():
                scored = not isinstance(value, str)
                status, number = ("ok", float(value)) if scored else (value, None)
                lines.append({**base, "measure": measure, "value": number, "unit": units[measure], "status": status})
    return lines


def write(frame: pd.DataFrame, path: Path, parameters: str) -> None:
    """Keep a run's table at `path`, with the digest of the probe's parameters in every row.

    The table of an earlier run in the same folder gives way, whatever it measured: rows are made anew by every run, and
    columns of two runs need not be of one type. The old file stays until the new one is whole.
    """
    kept = _arrow(frame.assign(parameters=parameters))
    with replacing(path) as stream:
        pq.write_table(kept, stream, row_group_size=PIECE, compression="zstd", write_page_checksum=True)


def _arrow(frame: pd.DataFrame) -> pa.Table:
    """Columns as Arrow; one that mixes kinds becomes text."""
    return pa.table({str(name): _column(frame[name]) for name in frame.columns})


def _column(values: pd.Series[Any]) -> Any:
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return pa.array(
            [None if pd.api.types.is_scalar(value) and pd.isna(value) else _text(value) for value in values]
        )


def _text(value: Any) -> str:
    return str(storable(value if isinstance(value, str) else repr(value) if isinstance(value, list) else str(value)))
