"""The live view of a sweep: counts, time left, and what the running cells are at."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from runner.progress import clock, line, printable
from runner.sweep.ledger import Ledger

LOOK = 1.0
"""Seconds between redraws."""


def overview(name: str, root: str | Path = "reports") -> Any:
    """The cells of a sweep as a DataFrame, for a notebook: state, what a running one is at, seconds, reason."""
    import pandas as pd

    ledger = Ledger(Path(root), name)
    rows = []
    for run in ledger.order():
        cell, state = ledger.read(run), ledger.state(run)
        at = line(ledger.root / run, "").strip() if state == "running" else ""
        told = {"notebook": Path(str(cell.get("notebook", ""))).stem, **(cell.get("given") or {})}
        rows.append({"run": run, "state": state, "at": at, "seconds": cell.get("seconds"),
                     "reason": printable(str(cell.get("reason", ""))), **told})  # fmt: skip
    return pd.DataFrame(rows)


class Board:
    """A table that follows the ledger where there is a terminal; a line a finished cell where there is none."""

    def __init__(self, ledger: Ledger, many: int) -> None:
        self._ledger, self._many, self._done = ledger, many, 0
        self._begun = time.monotonic()
        self._stop = threading.Event()
        self._live = sys.stderr.isatty()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Self:
        if self._live:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        if self._live:
            self._thread.join()

    def ended(self, run: str, code: int) -> None:
        """A cell has ended."""
        self._done += 1
        if not self._live:
            cell = self._ledger.read(run)
            reason = f": {cell['reason']}" if cell.get("reason") else ""
            said = f"{self._done}/{self._many}  {run}  {self._ledger.state(run)}{reason}  {self.left()}"
            print(printable(said), file=sys.stderr, flush=True)

    def left(self) -> str:
        """Time left, from the pace so far."""
        if not self._done:
            return ""
        return f"{clock((time.monotonic() - self._begun) / self._done * (self._many - self._done))} left"

    def _follow(self) -> None:
        with Live(self._table(), console=Console(stderr=True), transient=True) as live:
            pause = LOOK
            while not self._stop.wait(pause):
                begun = time.monotonic()
                live.update(self._table())
                pause = max(LOOK, 10 * (time.monotonic() - begun))  # a large ledger is read less often

    def _table(self) -> Table:
        counts = self._ledger.count()
        title = ", ".join(f"{many} {state}" for state, many in sorted(counts.items()))
        table = Table("running", title=f"{title}  {self.left()}", title_justify="left", box=None, expand=True)
        for run in self._ledger.order():
            if self._ledger.state(run) == "running":
                table.add_row(line(self._ledger.root / run, run))
        return table
