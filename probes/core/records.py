"""Records of one probe: what models were asked and what they replied, found again by question. One writer at a time.

`trials-*.jsonl` holds one line per finished trial, `replies-*.jsonl` what unfinished trials have got so far, and
`sessions-*.jsonl` the commit, package versions and machine that the lines refer to by `session`.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from probes.core.lines import Lines
from probes.core.script import Running, partial, result, written
from probes.schema.lines import Place, understood
from probes.schema.names import SCHEMA

_HEAD = re.compile(rb'\{"schema":%d,"session":"[^"]*","(?:key":"([0-9a-f]{64})|trial)"' % SCHEMA)
_ASK = re.compile(rb'\{"ask":"([0-9a-f]{32})","turns":')
"""What is indexed of a record, read from its bytes: to decode 20,000 of them takes longer than all the rest. In a text
every quotation mark stands behind a backslash, so no text looks like this."""

Part = tuple[Running, list[dict[str, Any]]]
"""An unfinished trial and its newest exchanges."""


class RecordsBusy(RuntimeError):
    """Another process writes into the same records folder."""


class Records:
    """One probe's folder. A reply is found by `probes.script.ask` of its question, in whichever intact line it stands.

    In memory are hashes and places, never the records themselves. Use as a context manager.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trials = Lines(folder, "trials")
        self.replies = Lines(folder, "replies")
        self.sessions = Lines(folder, "sessions")
        self.outdated = 0
        """Records of an earlier schema: they do not say which model replied, so they answer nothing."""
        self.session = ""
        self._keys: dict[bytes, int] = {}
        """Key of a finished trial -> place of its latest line."""
        self._places: dict[bytes, int] = {}
        self._shards: list[tuple[Lines, Path]] = []
        self._latest: tuple[int, dict[str, Any]] = (-1, {})

    def __enter__(self) -> Records:
        with ExitStack() as stack:
            lock = stack.enter_context((self.folder / ".lock").open("a"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                busy = f"another process writes to {self.folder}; wait for it or choose another out"
                raise RecordsBusy(busy) from error
            for lines in (self.sessions, self.replies, self.trials):  # a trial's own line comes before a partial one
                lines.open()
                stack.callback(lines.close)
                if lines is not self.sessions:
                    self._index(lines)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def holds(self, key: str, asked: Sequence[Mapping[str, Any]]) -> bool:
        """Whether a finished trial of this key is written down with these replies: those that its rows are made of."""
        packed = self._keys.get(_short(key))
        if packed is None:
            return False
        elsewhere = any(self._places.get(bytes.fromhex(exchange["ask"])) != packed for exchange in asked)
        return not elsewhere or self._at(packed)["asked"] == list(asked)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def damaged(self) -> int:
        """Lines that are torn or altered; what they held is asked again."""
        return self.trials.damaged + self.replies.damaged

    def begin_session(self, name: str, about: Mapping[str, Any]) -> None:
        """Write down once what the lines of this session have in common."""
        self.session = name
        if all(known.get("session") != name for known in self.sessions.read()):
            self.sessions.append([{"schema": SCHEMA, "session": name, **about}])

    def finished(self, trial: str) -> None:
        """Rows are never kept: a script is replayed."""

    def exchange(self, ask: str) -> dict[str, Any] | None:
        """The latest intact exchange of a question; None where there is none."""
        packed = self._places.get(bytes.fromhex(ask))
        if packed is None:
            return None
        if self._latest[0] != packed:
            self._latest = packed, {exchange["ask"]: exchange for exchange in self._at(packed)["asked"]}
        return self._latest[1].get(ask)

    def _at(self, packed: int) -> dict[str, Any]:
        lines, path = self._shards[packed >> 40]
        return lines.at((path, packed & (1 << 40) - 1))

    def add(self, parts: Iterable[Part], finished: Sequence[Running], seconds: float = 0.0) -> None:
        """Write down new exchanges of unfinished trials, then finished trials."""
        mine = [partial(trial, exchanges, self.session) for trial, exchanges in parts]
        whole = [written(trial, self.session, seconds) for trial in finished]
        for lines, records in ((self.replies, mine), (self.trials, whole)):
            for place, record in zip(lines.append(records) if records else (), records, strict=True):
                self._enter(lines, place, record.get("key", ""), [exchange["ask"] for exchange in record["asked"]])

    def forget_replies(self) -> None:
        """Remove the shards of unfinished trials whose exchanges all stand in finished ones by now."""
        needed = {self._shards[packed >> 40][1] for packed in self._places.values()}
        for shard in self.replies.shards():
            if shard not in needed:
                shard.unlink()

    def _index(self, lines: Lines) -> None:
        for place, body in lines.bodies():
            if head := _HEAD.match(body):
                self._enter(lines, place, (head[1] or b"").decode(), map(bytes.decode, _ASK.findall(body)))
            else:
                understood(body, place[0])  # refuses a newer schema
                self.outdated += 1

    def _enter(self, lines: Lines, place: Place, key: str, asks: Iterable[str]) -> None:
        path, begin = place
        if not self._shards or self._shards[-1][1] != path:
            self._shards.append((lines, path))
        packed = len(self._shards) - 1 << 40 | begin
        if key:
            self._keys[_short(key)] = packed
        for ask in asks:
            self._places[bytes.fromhex(ask)] = packed


def _short(name: str) -> bytes:
    return bytes.fromhex(name[:32])


class Memory:
    """Stands where `Records` does in a run without a folder: keeps rows of finished trials, and no replies."""

    def __init__(self) -> None:
        self._results: dict[str, dict[str, Any]] = {}

    def holds(self, key: str, asked: Sequence[Mapping[str, Any]]) -> bool:
        """Nothing is to be written down."""
        return True

    def finished(self, trial: str) -> dict[str, Any] | None:
        """What the table is made of, where the trial of this name is finished."""
        return self._results.get(trial)

    def exchange(self, ask: str) -> None:
        """Nothing is left of earlier questions."""

    def add(self, parts: Iterable[Part], finished: Sequence[Running], seconds: float = 0.0) -> None:
        """Keep the rows."""
        self._results |= {trial.plan.name: result(trial) for trial in finished}
