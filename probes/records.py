"""Trial records of one probe: one JSON line a trial, found again by key, one writer at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from probes.lines import Lines, Place


class RecordsBusy(RuntimeError):
    """Another process writes into the same records folder."""


class Records:
    """One probe's folder: `trials` (a line a finished trial) and `replies` (what unfinished trials have got so far).

    One writer at a time; use as a context manager. In memory are keys and places, never the records themselves.
    `parameters` marks the trials that are added; `elsewhere` holds the keys of those that came with other parameters.
    """

    def __init__(self, folder: Path, parameters: str = "") -> None:
        self.folder = folder
        self.parameters = parameters
        self.trials = Lines(folder, "trials")
        self.replies = Lines(folder, "replies")
        self.elsewhere: set[str] = set()
        self._places: dict[str, Place] = {}

    def __enter__(self) -> Records:
        with ExitStack() as stack:
            lock = stack.enter_context((self.folder / ".lock").open("a"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                said = f"another process writes to {self.folder}; wait for it or choose another out"
                raise RecordsBusy(said) from error
            for lines in (self.trials, self.replies):
                lines.open()
                stack.callback(lines.close)
            for place, record in self.trials.walk():
                self._places[record["key"]] = place
                if record.get("parameters", self.parameters) == self.parameters:
                    self.elsewhere.discard(record["key"])
                else:
                    self.elsewhere.add(record["key"])
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def get(self, key: str) -> dict[str, Any]:
        """The record of a finished trial, the latest where there are several."""
        return self.trials.at(self._places[key])

    def forget(self, key: str) -> None:
        """Let a trial be asked again; its old record stays in the file."""
        del self._places[key]

    def add(self, parts: Iterable[Mapping[str, Any]], finished: Sequence[Mapping[str, Any]]) -> None:
        """Write down replies of unfinished trials, then finished trials."""
        self.replies.append(parts)
        places = self.trials.append({**record, "parameters": self.parameters} for record in finished)
        self._places.update(zip((record["key"] for record in finished), places, strict=True))

    def begun(self) -> dict[str, list[dict[str, Any]]]:
        """Replies of trials that are not finished: key -> parts, in order."""
        kept: dict[str, list[dict[str, Any]]] = {}
        for part in self.replies.read():
            if part["key"] not in self:
                kept.setdefault(part["key"], []).append(part)
        return kept

    def forget_replies(self) -> None:
        """All trials are finished and hold their replies themselves."""
        for shard in self.replies.shards():
            shard.unlink()


class Memory:
    """What `Records` does, without a folder: for runs that keep nothing."""

    elsewhere: frozenset[str] = frozenset()
    parameters = ""

    def __init__(self) -> None:
        self._kept: dict[str, Mapping[str, Any]] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> Mapping[str, Any]:
        """The record of a finished trial, without what was asked."""
        return self._kept[key]

    def forget(self, key: str) -> None:
        """Let a trial be asked again."""
        del self._kept[key]

    def add(self, parts: Iterable[Mapping[str, Any]], finished: Sequence[Mapping[str, Any]]) -> None:
        """Keep what the table is made of."""
        for record in finished:
            self._kept[record["key"]] = {name: value for name, value in record.items() if name != "asked"}

    def begun(self) -> dict[str, list[dict[str, Any]]]:
        """Nothing is left of earlier runs."""
        return {}
