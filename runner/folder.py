"""One run, one folder: who holds it, how it stands, and the heartbeat that says it is alive."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from probes import schema
from probes.core.provenance import now
from probes.schema.forms import STATUS
from runner.files import write_json

BEAT = 5.0
"""Seconds between heartbeats."""


class Busy(Exception):
    """Another process holds the run folder."""


UNASKED = ("out", "labels")
"""Parameters that change nothing of what a model is asked: the folder, and labels that people gave its replies."""


def place_of(notebook: Path, root: Path) -> str:
    """Where a notebook lies, seen from the folder of runs, whatever folder the command is given in."""
    return os.path.relpath(os.path.realpath(notebook), os.path.realpath(root))


def run_id(notebook: Path, resolved: Mapping[str, Any], root: Path, place: str = "") -> str:
    """`<notebook>-<hash>`: the same notebook and parameters give the same folder, so the same command resumes.

    The hash covers the notebook's `place_of`, which whoever asks for many runs of it passes on. With labels a run is
    made again in its own folder, from the replies that are there.
    """
    place = place or place_of(notebook, root)
    form = json.dumps([place, {k: v for k, v in resolved.items() if k not in UNASKED}], sort_keys=True, allow_nan=False)
    return f"{notebook.stem}-{hashlib.sha256(form.encode()).hexdigest()[:10]}"


class RunFolder:
    """A held run folder. Entering takes the lock (Busy when another process has it) and starts the heartbeat."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.status: dict[str, Any] = {}
        self._lock: IO[str] | None = None
        self._mutex = threading.Lock()
        self._stop = threading.Event()
        self._beat = threading.Thread(target=self._beating, daemon=True)

    def __enter__(self) -> Self:
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = (self.path / schema.LOCK).open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            holder = schema.told(self.path / "status.json", STATUS)
            raise Busy(f"{self.path} is being written by process {holder.get('pid', '?')}") from error
        self.status = {"state": "running", "started": now(), "pid": os.getpid(), "host": platform.node()}
        self._beat.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._beat.join()
        if self._lock:
            self._lock.close()

    def update(self, **fields: Any) -> None:
        """Set fields of status.json and write it, whole."""
        with self._mutex:
            self.status = {**self.status, **fields, "heartbeat": now()}
            write_json(self.path / "status.json", self.status, durable="state" in fields)

    def at_cell(self, done: int, cells: int) -> None:
        """Note how many cells are done."""
        self.update(cell=done, cells=cells)

    def _beating(self) -> None:
        while not self._stop.wait(BEAT):
            with suppress(OSError):  # a full disk must not end the run from this thread
                self.update()


def next_number(root: Path) -> int:
    """One more than any run below `root` has: the order in which runs finished, whatever clocks said.

    The last number is kept in a file; where that is lost it is the largest that a run has.
    """
    with (root / ".number").open("a+", encoding="ascii", errors="replace") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        said = stream.read()
        known = [int(said)] if said.isdecimal() and len(said) < 16 else [
            schema.told(path, STATUS).get("number", 0) for path in root.glob("*/status.json")
        ]  # fmt: skip
        number = 1 + max(known, default=0)
        stream.truncate(0)
        stream.write(str(number))
    return number


def held(path: Path) -> bool:
    """Whether a living process holds the folder's lock."""
    return schema.held(path / schema.LOCK)
