"""Several notebooks at a time, each in a process of its own with its share of the processors.

One thread each is faster than all threads for one notebook after another: a third of a notebook is no multiplication of
matrices, and that does not split.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil

from runner.launch import PACKAGES, THREADS
from runner.stopping import stoppable
from runner.terminal import show, tell

START = f"import sys; sys.path.insert(0, {PACKAGES!r}); from runner.together import main; sys.exit(main(sys.argv[1:]))"
MOST, MEMORY = 4, 4 * 2**30
"""Notebooks at a time unless more are asked for, and the bytes that one takes with a small model."""
PATIENCE = 30.0
"""Seconds a notebook gets to end its kernel when it is told to stop."""
INTERRUPTED = 130


def at_a_time() -> int:
    """As many as there are processors and room in memory for, at most four."""
    return max(1, min(len(os.sched_getaffinity(0)), MOST, psutil.virtual_memory().available // MEMORY))


def share(jobs: int) -> dict[str, str]:
    """Variables of a process that is one of so many."""
    threads = {THREADS: str(max(1, len(os.sched_getaffinity(0)) // jobs))} if jobs > 1 else {}
    return {"PYTHONUNBUFFERED": "1", **threads}


class SideBySide:
    """Runs notebooks side by side; when it is stopped it stops those that run.

    Parameters
    ----------
    words : list of str
        What every process is given after the notebook: folder of runs, force, seconds a cell may take.
    jobs : int
        At a time.
    """

    def __init__(self, words: list[str], jobs: int) -> None:
        self.words, self.jobs = words, jobs
        self._living: dict[str, subprocess.Popen[str]] = {}
        self._mutex, self._stopping = threading.Lock(), threading.Event()

    def run(self, notebooks: list[Path]) -> Iterator[tuple[str, int]]:
        """(name, exit code) of each as it ends."""
        with ThreadPoolExecutor(self.jobs) as threads, self._ending():
            futures: set[Future[tuple[str, int]]] = {threads.submit(self._one, path) for path in notebooks}
            while futures:
                done, futures = wait(futures, timeout=0.5, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)

    @contextmanager
    def _ending(self) -> Iterator[None]:
        with stoppable():
            try:
                yield
            finally:
                self._stopping.set()
                with self._mutex:
                    living = list(self._living.values())
                for process in living:
                    process.terminate()

    def _one(self, notebook: Path) -> tuple[str, int]:
        with self._mutex:
            if self._stopping.is_set():
                return notebook.stem, INTERRUPTED
            process = self._living[notebook.stem] = subprocess.Popen(
                [sys.executable, "-c", START, str(notebook), *self.words], env={**os.environ, **share(self.jobs)},
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True,
            )  # fmt: skip
        try:
            return notebook.stem, self._heard(notebook.stem, process)
        finally:
            with self._mutex:
                del self._living[notebook.stem]

    def _heard(self, name: str, process: subprocess.Popen[str]) -> int:
        """Pass on what a process prints, with the name of its notebook, until it ends."""
        assert process.stdout is not None
        assert process.stderr is not None
        listener = threading.Thread(target=_pass_on, args=(process.stderr, name), daemon=True)
        listener.start()
        for line in process.stdout:
            show(line.rstrip("\n"))
        while process.poll() is None:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                if self._stopping.is_set():
                    process.kill()
        listener.join()
        return process.returncode if process.returncode >= 0 else INTERRUPTED


def _pass_on(lines: IO[str], name: str) -> None:
    for line in lines:
        text = line.rstrip("\n")
        tell(text if text.startswith(name) else f"{name}  {text}")


def main(words: list[str]) -> int:
    """One notebook: `NOTEBOOK ROOT FORCE TIMEOUT`, the last two empty where they are not given."""
    from runner.session import run_one

    notebook, root, force, timeout = words
    return run_one(notebook, {}, Path(root), bool(force), float(timeout) if timeout else None, index=False)
