"""The envelope of a record: one JSON line with a checksum, written by `encode`, read back by `decode` and `walk`."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from probes.schema.names import SCHEMA

Place = tuple[Path, int]
"""Shard and byte where a record begins."""
_HEAD = '{"crc":%d,"record":'
_NEWER = "{} holds records of schema {}, this version reads up to " + str(SCHEMA) + "; update it or choose another out"


class RecordsNewer(RuntimeError):
    """The records were written by a newer version of this package."""


def encode(record: Mapping[str, Any]) -> bytes:
    """One line: checksum and canonical JSON, ASCII only, no NaN."""
    body = _ENCODER.encode(record)
    return (_HEAD % zlib.crc32(body.encode()) + body + "}\n").encode()


def _plain(value: Any) -> Any:
    """NumPy scalars and arrays, tuples of them included, as the numbers they hold."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__} cannot stand in a record: {value!r}")


_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"), default=_plain)


def intact(line: bytes) -> bytes | None:
    """The JSON of the record in a line, or None where the line is torn or altered."""
    head, _, rest = line.partition(b',"record":')
    body = rest.rstrip(b"\n").removesuffix(b"}")
    try:
        return body if int(head.removeprefix(b'{"crc":')) == zlib.crc32(body) else None
    except ValueError:
        return None


def decode(line: bytes) -> dict[str, Any] | None:
    """The record of a line, or None where the line is torn or altered."""
    try:
        record = json.loads(intact(line) or b"null")
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def bodies(shards: Iterable[Path]) -> Iterator[tuple[Place, bytes | None]]:
    """Every line of the shards with its place, oldest first: the JSON of its record, or None where it is not intact."""
    for shard in shards:
        with shard.open("rb") as stream:
            begin = 0
            for line in stream:
                yield (shard, begin), intact(line)
                begin += len(line)


def walk(shards: Iterable[Path]) -> Iterator[tuple[Place, dict[str, Any] | None]]:
    """Every line of the shards with its place, oldest first: its record, or None where it is torn or altered.

    Raises RecordsNewer where a record is of a schema that this version does not know.
    """
    for place, body in bodies(shards):
        yield place, None if body is None else understood(body, place[0])


def understood(body: bytes, shard: Path) -> dict[str, Any] | None:
    """The record of intact JSON, or None where it is none. RecordsNewer where its schema is not known here."""
    try:
        record = json.loads(body)
    except ValueError:
        return None
    if not isinstance(record, dict):
        return None
    if record.get("schema", SCHEMA) > SCHEMA:
        raise RecordsNewer(_NEWER.format(shard, record["schema"]))
    return record
