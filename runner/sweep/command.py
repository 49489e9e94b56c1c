"""`interlocutor sweep FILE`: what a person sees of a sweep, and its exit code."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner.digests import text_digest
from runner.files import trouble
from runner.parameters import Refused
from runner.progress import clock
from runner.sweep.cluster import Unreachable
from runner.sweep.estimate import seconds
from runner.sweep.grid import Cell, cells
from runner.sweep.ledger import Ledger
from runner.sweep.view import Board
from runner.terminal import refuse, show, tell

LOOK = 2.0
"""Seconds between looks at cells of other processes."""
COMPLETE, FAILED, PARTIAL, INTERRUPTED = 0, 1, 4, 130


@dataclass(frozen=True)
class SweepOptions:
    """What was asked for besides the file."""

    root: Path = Path("reports")
    jobs: int = 1
    dry_run: bool = False
    retry_failed: bool = False
    cancel: bool = False
    scheduler: str = ""
    gpu: bool = False
    slurm: bool = False
    load: Mapping[str, str] = field(default_factory=dict)


def sweep(file: Path, options: SweepOptions) -> int:
    """Check the whole file, then do what is open. The exit code tells complete, partial, failed."""
    if not (name := _name(file.stem)):
        return refuse([f"{str(file)!a}: the name of a sweep file begins with a letter or digit; rename it"])
    ledger = Ledger(options.root, name)
    if options.cancel:
        if not ledger.folder.is_dir():
            return refuse([f"no sweep {ledger.folder.name!r} in {options.root}/"])
        ledger.cancel()
        tell("asked to stop; running cells end within seconds and can be continued")
        return COMPLETE
    try:
        grid = cells(file, options.root, options.load)
    except Refused as refused:
        return refuse(refused.problems)
    _say(grid, options)
    if options.dry_run:
        return COMPLETE
    try:
        ledger.enter(grid)
    except OSError as error:
        tell(trouble(error, options.root), "failed:", "red")
        return FAILED
    if options.slurm:
        from runner.sweep.cluster import slurm

        (ledger.folder / "logs").mkdir(exist_ok=True)
        try:
            show(slurm(ledger, options.jobs))
        except ValueError as error:
            return refuse([str(error)])
        return COMPLETE
    return _worked(ledger, options)


def _name(stem: str) -> str:
    """Of a sweep's folder: that of its file, with a mark where characters gave way; nothing for `..` and such."""
    plain = re.sub(r"[^\w.-]+", "-", stem)
    return "" if not re.match(r"\w", plain) else plain if plain == stem else f"{plain}-{text_digest(stem)[:6]}"


def _say(grid: list[Cell], options: SweepOptions) -> None:
    counts = Counter(Path(cell.notebook).stem for cell in grid)
    listed = ", ".join(f"{name} {many}" for name, many in counts.items())
    cost, unknown = seconds(grid, options.root)
    none = "no run of this kind here yet"
    guess = f"about {clock(cost / options.jobs)} with {options.jobs} at a time" if cost else none
    rest = f", without {unknown} cells of a kind that has not run here yet" if cost and unknown else ""
    tell(f"{len(grid)} cells ({listed}); {guess}{rest}")


def _worked(ledger: Ledger, options: SweepOptions) -> int:
    from runner.index import write_index
    from runner.stopping import stoppable

    code = None
    try:
        with stoppable():
            _all(ledger, options)
    except Unreachable as error:
        tell(error, "failed:", "red")
        return FAILED
    except KeyboardInterrupt:
        code = INTERRUPTED
        if options.scheduler:  # a scheduler goes on with what it has begun; the flag reaches its workers
            ledger.cancel()
    show(write_index(options.root))
    return _verdict(ledger) if code is None else code


def _all(ledger: Ledger, options: SweepOptions) -> None:
    """Every open cell once, those that read other runs last; then what another process works on or leaves."""
    tried: set[str] = set()
    while not ledger.cancelled:
        runs = _next(ledger, options, tried)
        elsewhere = 0 if runs else ledger.count()["running"]
        if runs:
            with Board(ledger, len(runs)) as board:
                _place(ledger, options, runs, board)
            tried |= set(runs)
        elif elsewhere:
            tell(f"waiting for {elsewhere} cells that another process works on")
            while ledger.count()["running"] >= elsewhere and not ledger.cancelled:
                time.sleep(LOOK)
        else:
            return


def _next(ledger: Ledger, options: SweepOptions, tried: set[str]) -> list[str]:
    """Cells to do now. Those that read other runs wait for the others, and are done again where these have grown."""
    runs = [run for run in ledger.open(options.retry_failed) if run not in tried]
    if first := [run for run in runs if not ledger.read(run).get("reads_runs")]:
        return first
    outdated = [run for run in ledger.outdated() if run not in tried] if not runs and tried else []
    ledger.reopen(outdated)
    return runs or outdated


def _place(ledger: Ledger, options: SweepOptions, runs: list[str], board: Board) -> None:
    if options.scheduler:
        from runner.sweep.cluster import dask

        dask(ledger, runs, options.scheduler, board.ended, options.gpu)
    else:
        from runner.sweep.pool import Pool

        Pool(ledger, options.jobs).work(runs, board.ended)


def _verdict(ledger: Ledger) -> int:
    if not ledger.whole:
        gone = f"{ledger.folder} was removed while cells ran; the same command begins again"
        tell(gone, "failed:", "red")
        return FAILED
    counts = ledger.count()
    tell(", ".join(f"{many} {state}" for state, many in sorted(counts.items())))
    for run in ledger.order():
        if ledger.state(run) == "failed":
            tell(ledger.read(run).get("reason", ""), f"  {run}", "red")
    outdated = len(ledger.outdated())
    if outdated:
        changed = "notebook or packages changed meanwhile:"
        tell(f"the same command checks {outdated} cells again", changed, "yellow")
    if counts["finished"] == sum(counts.values()) and not outdated:
        return COMPLETE
    return PARTIAL if counts["finished"] else FAILED
