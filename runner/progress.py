"""Live progress in the terminal: how many trials, how fast, how long still. Plain lines where it is no terminal."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from probes.schema import told
from probes.schema.forms import PROGRESS, STATUS
from runner.terminal import printable

LOOK = 0.5
"""Seconds between looks at the files."""
SPEAK = 15.0
"""Seconds between plain lines."""


def line(folder: Path, name: str) -> str:
    """One line about a run: `user_turn  cell 4/9  user_turn 120/400 trials  3.4/s  1:22 left`."""
    status, progress = told(folder / "status.json", STATUS), told(folder / "progress.json", PROGRESS)
    parts = [name]
    if status.get("state") == "running" and status.get("cells"):
        parts.append(f"cell {min(status.get('cell', 0) + 1, status['cells'])}/{status['cells']}")
    if progress.get("total"):
        parts.append(
            f"{progress.get('label', 'trials')} {progress.get('done', 0)}/{progress['total']}"
            f" {progress.get('unit', 'trial')}s"
        )
        parts += [f"{progress['rate']:.3g}/s"] if progress.get("rate") else []
        parts += [f"{clock(progress['seconds_left'])} left"] if progress.get("seconds_left") is not None else []
    return printable("  ".join(parts))


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss or m:ss."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def watching(folder: Path, name: str, stream: TextIO | None = None) -> Iterator[None]:
    """Show the run's progress while the block runs."""
    stream = stream or sys.stderr
    stop = threading.Event()
    show = _live if stream.isatty() else _lines
    watcher = threading.Thread(target=show, args=(folder, name, stop, stream), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def _live(folder: Path, name: str, stop: threading.Event, stream: TextIO) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns: tuple[Any, ...] = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(20),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bars:
        task = bars.add_task(name, total=None)
        while not stop.wait(LOOK):
            progress = told(folder / "progress.json", PROGRESS)
            bars.update(
                task, description=line(folder, name), total=progress.get("total"), completed=progress.get("done", 0)
            )


def _lines(folder: Path, name: str, stop: threading.Event, stream: TextIO) -> None:
    said, last = "", time.monotonic() - SPEAK + 2
    while not stop.wait(LOOK):
        now = line(folder, name)
        if now != said and time.monotonic() - last >= SPEAK:
            with suppress(OSError):  # a full disk or a closed pipe behind stderr ends no run
                print(now, file=stream, flush=True)
            said, last = now, time.monotonic()
