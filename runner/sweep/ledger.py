"""What became of every cell: one JSON file a cell, replaced whole, in `reports/sweeps/<name>/cells/`.

States: `pending`, `running` (while its lock is held; else it counts as `stopped`), `finished`, `failed`, `cancelled`.
The lock, not the clock, says whether a cell is alive, so a jump of the clock changes nothing.
"""

from __future__ import annotations

import fcntl
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from probes import schema
from probes.core.provenance import now
from probes.schema import state, told
from probes.schema.forms import CELL, SWEEP
from runner.digests import distribution_digest
from runner.files import write_json
from runner.parameters import Refused
from runner.plan import Plan, plan
from runner.sweep.grid import Cell

OPEN = ("pending", "stopped", "cancelled")
"""States that the same command goes on with; failed cells wait for --retry-failed."""


def known(cell: dict[str, Any]) -> bool:
    """Whether a cell says which run it is."""
    return {"notebook", "given"} <= cell.keys()


class Taken(Exception):
    """Another process works on the cell."""


class Ledger:
    """The cells of one sweep below `root/sweeps/<name>`; several processes may use it at once."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.folder = root / "sweeps" / name
        self._entered: list[str] = []

    def enter(self, cells: Sequence[Cell]) -> None:
        """Write down the cells that are new, and reopen the finished ones that are out of date."""
        for cell in cells:
            if not known(self.read(cell.run)):  # new, torn, or its folder was removed under a running cell
                fields = {"notebook": cell.notebook, "given": cell.given, "reads_runs": cell.reads_runs}
                self.write(cell.run, state="pending", reason="", attempts=0, **fields)
        self._entered = [cell.run for cell in cells]
        write_json(self.folder / "sweep.json", {"cells": self._entered, "entered": now()})
        (self.folder / "cancel").unlink(missing_ok=True)
        self.reopen(self.outdated())

    def reopen(self, runs: Sequence[str]) -> None:
        """Let these cells be done again."""
        for run in runs:
            self.write(run, state="pending", reason="", attempts=0)

    def plan(self, run: str) -> Plan:
        """The run of a cell, in the folder of that name. Refused where its notebook no longer takes it."""
        cell = self.read(run)
        return plan(cell["notebook"], cell["given"], self.root, self.root / run)

    def outdated(self) -> list[str]:
        """Finished cells of which anything has changed that they were made from, or that they left."""
        distribution_digest.cache_clear()
        cells = {run: self.read(run) for run in self.order()}
        done = [run for run, cell in cells.items() if cell.get("state") == "finished" and known(cell)]
        return [run for run in done if self._stale(run)]

    def _stale(self, run: str) -> bool:
        try:
            return bool(self.plan(run).stale())
        except Refused:  # the notebook is gone or declares something else
            return True

    @property
    def whole(self) -> bool:
        """Whether it lies where it was written down: somebody may remove a folder of reports under a running sweep."""
        return (self.folder / "sweep.json").exists() and all(known(self.read(run)) for run in self.order())

    def order(self) -> list[str]:
        """Run ids of all cells, in the order of the sweep file.

        Who has entered cells goes by these, also when another file of the same name, or the file edited, came later.
        """
        return self._entered or told(self.folder / "sweep.json", SWEEP).get("cells", [])

    def read(self, run: str) -> dict[str, Any]:
        """A cell as written; empty where it is unknown or unreadable."""
        return told(self._file(run), CELL)

    def write(self, run: str, **fields: Any) -> None:
        """Set fields of a cell and replace its file; how it ended is on the disk before the next cell begins."""
        entry = {**self.read(run), "run": run, **fields, "written": now()}
        write_json(self._file(run), entry, durable=fields.get("state") in ("finished", "failed"))

    def state(self, run: str) -> str:
        """The cell's state; `stopped` where it says running but nobody holds it, or finished but its run has not."""
        recorded = str(self.read(run).get("state", "pending"))
        if recorded == "finished" and (outcome := state(self.root / run)) != "finished":
            return "failed" if outcome == "failed" else "stopped"
        return "stopped" if recorded == "running" and not self._held(run) else recorded

    def count(self) -> Counter[str]:
        """State -> number of cells."""
        return Counter(self.state(run) for run in self.order())

    def open(self, retry_failed: bool = False) -> list[str]:
        """Cells still to do, in order."""
        wanted = (*OPEN, "failed") if retry_failed else OPEN
        return [run for run in self.order() if self.state(run) in wanted]

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the sweep to stop."""
        return (self.folder / "cancel").exists()

    def cancel(self) -> None:
        """Ask every process of the sweep, on whatever machine, to stop its cell and take no other."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "cancel").touch()

    @contextmanager
    def hold(self, run: str) -> Iterator[None]:
        """Work on a cell alone; Taken where another process does."""
        path = self.folder / "locks" / run
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Taken(run) from error
            yield

    def _held(self, run: str) -> bool:
        return schema.held(self.folder / "locks" / run)

    def _file(self, run: str) -> Path:
        return self.folder / "cells" / f"{run}.json"
