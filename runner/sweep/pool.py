"""The cells of a sweep on this machine: N at a time, one process each, one GPU each where there are any."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from runner.launch import PACKAGES, THREADS
from runner.sweep.ledger import Ledger

START = (
    f"import sys; sys.path.insert(0, {PACKAGES!r}); from runner.sweep.cell import main; sys.exit(main(sys.argv[1:]))"
)
"""Starts a cell with this very code, whatever the working folder holds; the environment stays as it is."""
TRIES = 2
"""Times a cell is begun in one sweep when its process is killed from outside."""
PATIENCE = 30.0
"""Seconds a cell gets to end its kernel when it is told to stop."""


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
        self._ledger = ledger
        self._living: dict[str, subprocess.Popen[bytes]] = {}
        self._mutex = threading.Lock()
        self._stopping = threading.Event()
        self._slots: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        devices = gpus()
        for place in range(jobs):
            self._slots.put(devices[place % len(devices)] if devices else None)
        self._jobs = jobs

    def work(self, runs: list[str], at_end: Callable[[str, int], None]) -> None:
        """Do all of them, `at_end(run, exit code)` after each. KeyboardInterrupt stops the living ones first."""
        with ThreadPoolExecutor(self._jobs) as threads, self._ending():
            futures: set[Future[tuple[str, int]]] = {threads.submit(self._one, run) for run in runs}
            while futures:
                done, futures = wait(futures, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in done:
                    at_end(*future.result())

    @contextmanager
    def _ending(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._stopping.set()
            with self._mutex:
                living = list(self._living.values())
            for process in living:
                process.terminate()
            for process in living:
                _end(process)

    def _one(self, run: str) -> tuple[str, int]:
        code = 130
        for _ in range(TRIES):
            if self._stopping.is_set() or self._ledger.cancelled:
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
        with self._mutex:
            self._living[run] = process
        try:
            return process.wait()
        finally:
            with self._mutex:
                del self._living[run]


def _environment(device: str | None, jobs: int) -> Mapping[str, str]:
    """A cell's variables: its device and its share of the processors.

    None of them may be one that receipts compare: a cell would be out of date as soon as it has ended.
    """
    share = {THREADS: str(max(1, len(os.sched_getaffinity(0)) // jobs))} if jobs > 1 else {}
    return {**os.environ, **share, **({"CUDA_VISIBLE_DEVICES": device} if device is not None else {})}


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
