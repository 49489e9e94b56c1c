"""The live view of a sweep: counts, time left, and what the running cells are at."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from runner.progress import clock, line
from runner.sweep.ledger import Ledger
from runner.terminal import printable, tell

LOOK = 1.0
"""Seconds between redraws."""
FAILED = 5
"""Failed cells shown, the last of them in the order of the file."""


def overview(name: str, root: str | Path = "reports") -> Any:
    """The cells of a sweep as a DataFrame, for a notebook: state, parameters, what a running one is at, reason."""
    import pandas as pd

    ledger = Ledger(Path(root), name)
    rows = []
    for run in ledger.order():
        cell, state = ledger.read(run), ledger.state(run)
        at = line(ledger.root / run, "").strip() if state == "running" else ""
        own = {"state": state, "notebook": Path(str(cell.get("notebook", ""))).stem}
        end = {"at": at, "seconds": cell.get("seconds"), "reason": printable(str(cell.get("reason", ""))), "run": run}
        rows.append((own, cell.get("given") or {}, end))
    parameters = dict.fromkeys(name for _, given, _ in rows for name in given)
    columns = ["state", "notebook", *parameters, "at", "seconds", "reason", "run"]
    return pd.DataFrame([{**given, **own, **end} for own, given, end in rows], columns=columns)


def varying(ledger: Ledger) -> set[str]:
    """Names of the parameters that tell the cells of a sweep apart."""
    given = [ledger.read(run).get("given") or {} for run in ledger.order()]
    names = {name for one in given for name in one}
    return {name for name in names if len({repr(one.get(name)) for one in given}) > 1}


class Board:
    """A table that follows the ledger where there is a terminal; a line per finished cell where there is none."""

    def __init__(self, ledger: Ledger, many: int) -> None:
        self._ledger, self._many, self._done = ledger, many, 0
        self._begun = time.monotonic()
        self._stop = threading.Event()
        self._live = sys.stderr.isatty()
        self._vary: set[str] = set()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Self:
        if self._live:
            self._vary = varying(self._ledger)
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
            tell(said)

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
        """What runs and what failed last; texts are never markup, for they may be a model's or a user's."""
        states = {run: self._ledger.state(run) for run in self._ledger.order()}
        counts = ", ".join(f"{many} {state}" for state, many in sorted(Counter(states.values()).items()))
        table = Table(title=Text(f"{counts}  {self.left()}"), title_justify="left", box=None, expand=True)
        for name, widest in (("notebook", 30), ("parameters", 40)):
            table.add_column(name, max_width=widest, no_wrap=True, overflow="ellipsis")
        table.add_column("at", ratio=1, min_width=24, no_wrap=True, overflow="ellipsis")
        failed = [run for run, state in states.items() if state == "failed"]
        for run in [run for run, state in states.items() if state == "running"]:
            self._row(table, run, line(self._ledger.root / run, "").strip())
        for run in failed[-FAILED:]:
            self._row(table, run, f"failed: {self._ledger.read(run).get('reason', '')}", "red")
        return table

    def _row(self, table: Table, run: str, at: str, style: str = "") -> None:
        cell = self._ledger.read(run)
        told = "  ".join(f"{name}={value}" for name, value in (cell.get("given") or {}).items() if name in self._vary)
        shown = (Path(str(cell.get("notebook", run))).stem, told, at.partition("\n")[0])
        table.add_row(*(Text(printable(text)) for text in shown), style=style)
