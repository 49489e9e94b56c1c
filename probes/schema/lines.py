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


def decode(line: bytes) -> dict[str, Any] | None:
    """The record of a line, or None where the line is torn or altered."""
    try:
        head, _, rest = line.decode("ascii").partition(',"record":')
        body = rest.rstrip("\n").removesuffix("}")
        if int(head.removeprefix('{"crc":')) != zlib.crc32(body.encode()):
            return None
        record = json.loads(body)
        return record if isinstance(record, dict) else None
    except ValueError:
        return None


def walk(shards: Iterable[Path]) -> Iterator[tuple[Place, dict[str, Any] | None]]:
    """Every line of the shards with its place, oldest first: its record, or None where it is torn or altered.

    Raises RecordsNewer where a record is of a schema that this version does not know.
    """
    for shard in shards:
        with shard.open("rb") as stream:
            begin = 0
            for line in stream:
                record = decode(line)
                if record is not None and record.get("schema", SCHEMA) > SCHEMA:
                    raise RecordsNewer(_NEWER.format(shard, record["schema"]))
                yield (shard, begin), record
                begin += len(line)
