"""The long table of a run: built from records in pieces of bounded size, kept as Parquet beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from probes.schema import replacing
from probes.schema.names import COLUMNS, TAIL, storable

PIECE = 20_000
"""Trials that are Python objects at a time while a table is built, and rows of a Parquet row group."""
_WRITTEN: dict[str, Any] = {"compression": "zstd", "write_page_checksum": True}
OWN = ("parameters", "fingerprint", "seed")
"""What a run is told apart by in a file that several runs of one probe share: by these its reader finds it again."""


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


def write(frame: pd.DataFrame, path: Path, own: Mapping[str, Any]) -> None:
    """Keep a run's table at `path`, beside those of other parameters, models and seeds that went to the same folder.

    `own` has a value for each of OWN. Rows of the same run, or of the same trial, are replaced, also where nothing
    takes their place. The old file stays until the new one is whole; what cannot be read of it is left out, for the
    records hold it all.
    """
    fresh = _arrow(frame.assign(parameters=own["parameters"]))
    schema = fresh.schema
    try:
        kept = pq.ParquetFile(path, page_checksum_verification=True) if path.exists() else None
    except (OSError, pa.ArrowException):
        kept = None
    if kept and not set(OWN) <= set(kept.schema_arrow.names):
        kept = None
    if kept:
        schema = _common(schema, kept.schema_arrow) if len(frame) else kept.schema_arrow
    with replacing(path) as stream, pq.ParquetWriter(stream, schema, **_WRITTEN) as writer:
        for piece in _others(kept, fresh, own) if kept else ():
            writer.write_table(_fitted(piece, schema))
        writer.write_table(_fitted(fresh, schema), row_group_size=PIECE)


def _others(kept: pq.ParquetFile, fresh: pa.Table, own: Mapping[str, Any]) -> Iterator[pa.Table]:
    """The rows of a file that belong neither to the run `own` nor to a trial of `fresh`, a row group at a time."""
    for number in range(kept.num_row_groups):
        try:
            piece = kept.read_row_group(number)
        except (OSError, pa.ArrowException):
            continue  # the records hold it all
        drop = pc.is_in(piece["key"].cast(pa.large_string()), fresh["key"].cast(pa.large_string()).combine_chunks())
        same = pa.scalar(True)
        for name, value in own.items():
            same = pc.and_(same, pc.equal(piece[name].cast(pa.large_string()), str(value)))
        yield piece.filter(pc.invert(pc.or_(drop, pc.fill_null(same, False))))


def _arrow(frame: pd.DataFrame) -> pa.Table:
    """Columns as Arrow; one that mixes kinds becomes text."""
    return pa.table({str(name): _column(frame[name]) for name in frame.columns})


def _column(values: pd.Series[Any]) -> Any:
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None or value != value else str(value) for value in values])


def _common(left: pa.Schema, right: pa.Schema) -> pa.Schema:
    """All columns of both, each of a type that holds either."""
    fields = {field.name: field.type for field in left}
    for field in right:
        fields[field.name] = _wider(fields.get(field.name, field.type), field.type)
    return pa.schema(fields.items())


def _wider(left: pa.DataType, right: pa.DataType) -> pa.DataType:
    if left == right or pa.types.is_null(right):
        return left
    if pa.types.is_null(left):
        return right
    numbers = all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in (left, right))
    return pa.float64() if numbers else pa.large_string()


def _fitted(piece: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        piece[field.name].cast(field.type) if field.name in piece.column_names else pa.nulls(len(piece), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)
