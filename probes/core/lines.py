"""JSON lines with checksums: appended and fsynced, repaired on open, read back in order or by place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

from probes.schema.lines import Place, bodies, decode, encode, understood

_BLOCK = 1 << 16


class Lines:
    """Append-only JSON lines in shards of one prefix, one shard a writing process."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder = folder
        self.prefix = prefix
        self.damaged = 0
        self._reading: BinaryIO | None = None
        self._read_from = folder
        folder.mkdir(parents=True, exist_ok=True)

    def open(self) -> None:
        """Repair what a kill left behind and begin a shard."""
        for shard in self.shards():
            _repair(shard)
        self._path = self.folder / f"{self.prefix}-{len(self.shards()):04d}-{os.getpid()}.jsonl"
        self._stream = self._path.open("ab", buffering=0)

    def close(self) -> None:
        """End the shard; an empty one leaves no file."""
        self._stream.close()
        if self._reading:
            self._reading.close()
        if self._path.exists() and not self._path.stat().st_size:
            self._path.unlink()

    def append(self, records: Iterable[Mapping[str, Any]]) -> list[Place]:
        """Write records and wait until they are on the disk: all of them, or none and an OSError that says why."""
        begin = self._stream.tell()
        lines = [encode(record) for record in records]
        starts = list(accumulate(map(len, lines), initial=begin))[:-1]
        try:
            rest = memoryview(b"".join(lines))
            while rest:
                rest = rest[self._stream.write(rest) :]
            os.fsync(self._stream.fileno())
        except OSError as error:
            self._stream.truncate(begin)
            said = f"{error.strerror}; what was finished before is kept, the same command continues"
            raise OSError(error.errno, said, str(self._path)) from error
        return [(self._path, start) for start in starts]

    def read(self) -> Iterator[dict[str, Any]]:
        """All intact records of all shards, oldest first; damaged lines are counted in `damaged`."""
        return (record for place, body in self.bodies() if (record := understood(body, place[0])) is not None)

    def bodies(self) -> Iterator[tuple[Place, bytes]]:
        """The JSON of all intact records with their places, oldest first; damaged lines are counted in `damaged`."""
        self.damaged = 0
        for place, body in bodies(self.shards()):
            if body is None:
                self.damaged += 1
            else:
                yield place, body

    def at(self, place: Place) -> dict[str, Any]:
        """The record that begins at a place."""
        path, begin = place
        if self._reading is None or self._read_from != path:  # one at a time: there may be thousands of shards
            if self._reading:
                self._reading.close()
            self._reading, self._read_from = path.open("rb"), path
        self._reading.seek(begin)
        record = decode(self._reading.readline())
        if record is None:
            raise OSError(f"{path} changed while it was read; the same command repairs it")
        return record

    def shards(self) -> list[Path]:
        """The files, oldest first."""
        return sorted(self.folder.glob(f"{self.prefix}-*.jsonl"))


def _repair(shard: Path) -> None:
    """Cut a torn tail back to the last full line, so that the next append starts on a line of its own."""
    with shard.open("rb") as stream:
        size = end = stream.seek(0, os.SEEK_END)
        whole = 0
        while end and not whole:
            begin = max(0, end - _BLOCK)
            stream.seek(begin)
            newline = stream.read(end - begin).rfind(b"\n")
            whole, end = (begin + newline + 1, end) if newline >= 0 else (0, begin)
    if whole < size:
        os.truncate(shard, whole)
