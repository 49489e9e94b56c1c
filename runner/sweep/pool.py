"""The cells of a sweep on this machine: N at a time, one process each, one GPU each where there are any."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing

from runner.launch import PACKAGES, THREADS
from runner.processes import Processes
from runner.sweep.ledger import Ledger

START = (
    f"import sys; sys.path.insert(0, {PACKAGES!r}); from runner.sweep.cell import main; sys.exit(main(sys.argv[1:]))"
)
"""Starts a cell with this very code, whatever the working folder holds; the environment stays as it is."""
TRIES = 2
"""Times a cell is begun in one sweep when its process is killed from outside."""


def gpus() -> list[str]:
    """Devices to hand out: those of CUDA_VISIBLE_DEVICES, else all that nvidia-smi lists, else none."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return [name for name in visible.split(",") if name.strip()]
    if not shutil.which("nvidia-smi"):
        return []
    listing = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False).stdout
    return [str(number) for number, line in enumerate(listing.splitlines()) if line.startswith("GPU")]


def arguments(ledger: Ledger, run: str) -> list[str]:
    """What `runner.sweep.cell` is given to run one cell."""
    return [str(ledger.root), ledger.folder.name, run]


def words(ledger: Ledger, run: str) -> list[str]:
    """What Python is given to start a cell's process with this very code."""
    return ["-c", START, *arguments(ledger, run)]


class Pool:
    """Starts cells and, when stopped, ends what it started; a cell killed from outside is begun once more."""

    def __init__(self, ledger: Ledger, jobs: int) -> None:
        self._ledger, self._jobs = ledger, jobs
        self._processes = Processes(jobs, self._one)
        self._slots: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        devices = gpus()
        for place in range(jobs):
            self._slots.put(devices[place % len(devices)] if devices else None)

    def work(self, runs: list[str], at_end: Callable[[str, int], None]) -> None:
        """Do all of them, `at_end(run, exit code)` after each. KeyboardInterrupt stops the living ones first."""
        with closing(self._processes.each(runs)) as ended:
            for run, code in ended:
                at_end(run, code)

    def _one(self, run: str) -> tuple[str, int]:
        code = 130
        for _ in range(TRIES):
            if self._processes.stopping.is_set() or self._ledger.cancelled:
                return run, 130
            device = self._slots.get()
            try:
                code = self._process(run, device)
            finally:
                self._slots.put(device)
            if code >= 0:
                break
        return run, code

    def _process(self, run: str, device: str | None) -> int:
        log = self._ledger.folder / "logs" / f"{run}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as stream:
            command, variables = [sys.executable, *words(self._ledger, run)], _environment(device, self._jobs)
            process = subprocess.Popen(command, stdout=stream, stderr=stream, env=variables, start_new_session=True)
        with self._processes.watched(process):
            return process.wait()


def _environment(device: str | None, jobs: int) -> Mapping[str, str]:
    """A cell's variables: its device and its share of the processors.

    None of them may be one that receipts compare: a cell would be out of date as soon as it has ended.
    """
    share = {THREADS: str(max(1, len(os.sched_getaffinity(0)) // jobs))} if jobs > 1 else {}
    return {**os.environ, **share, **({"CUDA_VISIBLE_DEVICES": device} if device is not None else {})}
