"""Trial records: one JSON line a trial, appended and fsynced, repaired on open, read back by key."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SCHEMA = 1
_HEAD = '{"crc":%d,"record":'
COLUMNS = ("run", "probe", "version", "model", "fingerprint", "seed", "key", "row", "cluster")
TAIL = ("measure", "value", "unit", "status", "text", "stop")


class RecordsBusy(RuntimeError):
    """Another process writes into the same records folder."""


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file so that a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1, allow_nan=False, default=str)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(name, path)


class Lines:
    """Append-only JSON lines in shards of one prefix, one shard a writing process."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder = folder
        self.prefix = prefix
        self.damaged = 0
        folder.mkdir(parents=True, exist_ok=True)

    def open(self) -> None:
        """Repair what a kill left behind and begin a shard."""
        for shard in self.shards():
            _repair(shard)
        self._path = self.folder / f"{self.prefix}-{len(self.shards()):04d}-{os.getpid()}.jsonl"
        self._stream = self._path.open("ab")

    def close(self) -> None:
        """End the shard; an empty one leaves no file."""
        self._stream.close()
        if self._path.exists() and not self._path.stat().st_size:
            self._path.unlink()

    def append(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Write records and wait until they are on the disk."""
        self._stream.write(b"".join(encode(record) for record in records))
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def read(self) -> Iterator[dict[str, Any]]:
        """All intact records of all shards, oldest first; damaged lines are counted in `damaged`."""
        self.damaged = 0
        for shard in self.shards():
            with shard.open("rb") as stream:
                for line in stream:
                    record = decode(line)
                    if record is None:
                        self.damaged += 1
                    else:
                        yield record

    def shards(self) -> list[Path]:
        """The files, oldest first."""
        return sorted(self.folder.glob(f"{self.prefix}-*.jsonl"))


class Records:
    """One probe's folder: `trials` (a line a finished trial) and `replies` (what unfinished trials have got so far).

    One writer at a time; use as a context manager.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trials = Lines(folder, "trials")
        self.replies = Lines(folder, "replies")

    def __enter__(self) -> Records:
        self._lock = (self.folder / ".lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise RecordsBusy(f"another process writes to {self.folder}; wait for it or choose another out") from error
        self.trials.open()
        self.replies.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.trials.close()
        self.replies.close()
        self._lock.close()

    def forget_replies(self) -> None:
        """All trials are finished and hold their replies themselves."""
        for shard in self.replies.shards():
            shard.unlink()


def encode(record: Mapping[str, Any]) -> bytes:
    """One line: checksum and canonical JSON, ASCII only, no NaN."""
    body = json.dumps(record, ensure_ascii=True, allow_nan=False, separators=(",", ":"), default=_plain)
    return (_HEAD % zlib.crc32(body.encode()) + body + "}\n").encode()


def _plain(value: Any) -> Any:
    """NumPy scalars and arrays, tuples of them included, as the numbers they hold."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__} cannot stand in a record: {value!r}")


def decode(line: bytes) -> dict[str, Any] | None:
    """The record of a line, or None where the line is torn or altered."""
    try:
        head, _, rest = line.decode("ascii").partition(',"record":')
        body = rest.rstrip("\n").removesuffix("}")
        if int(head.removeprefix('{"crc":')) != zlib.crc32(body.encode()):
            return None
        record = json.loads(body)
        return record if isinstance(record, dict) and record.get("schema", SCHEMA) <= SCHEMA else None
    except ValueError:
        return None


def _repair(shard: Path) -> None:
    """Cut a torn tail back to the last full line, so that the next append starts on a line of its own."""
    data = shard.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(shard, whole)


def table(records: Iterable[Mapping[str, Any]], run: Mapping[str, Any], units: Mapping[str, str]) -> pd.DataFrame:
    """The long table: one row a measure; `value` is empty unless `status` is ok; facts are columns."""
    lines: list[dict[str, Any]] = []
    for record in records:
        shared = {**run, "key": record["key"], "cluster": str(record["cluster"]), **record["facts"]}
        for index, row in enumerate(record["rows"]):
            base = {**shared, "row": index, **row["facts"], "text": row["text"], "stop": row["stop"]}
            for measure, value in row["values"].items():
                scored = not isinstance(value, str)
                status, number = ("ok", float(value)) if scored else (value, None)
                lines.append({**base, "measure": measure, "value": number, "unit": units[measure], "status": status})
    frame = pd.DataFrame(lines, columns=None if lines else [*COLUMNS, *TAIL])
    frame["value"] = frame["value"].astype(float)
    facts = [name for name in frame.columns if name not in COLUMNS and name not in TAIL]
    return frame[[*COLUMNS, *facts, *TAIL]]
