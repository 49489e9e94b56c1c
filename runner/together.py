"""Several notebooks at a time, each in a process of its own with its share of the processors.

One thread each is faster than all threads for one notebook after another: a third of a notebook is no multiplication of
matrices, and that does not split.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import IO

import psutil

from runner.launch import PACKAGES, THREADS
from runner.processes import Processes
from runner.terminal import show, tell

START = f"import sys; sys.path.insert(0, {PACKAGES!r}); from runner.together import main; sys.exit(main(sys.argv[1:]))"
MOST, MEMORY = 4, 5 * 2**30
"""Notebooks at a time unless more are asked for, and the bytes that one takes with a small model."""
INTERRUPTED = 130


def at_a_time() -> int:
    """As many as there are processors and room in memory for, at most four."""
    return max(1, min(len(os.sched_getaffinity(0)), MOST, psutil.virtual_memory().available // MEMORY))


def share(jobs: int) -> dict[str, str]:
    """Variables of a process that is one of so many."""
    threads = {THREADS: str(max(1, len(os.sched_getaffinity(0)) // jobs))} if jobs > 1 else {}
    return {"PYTHONUNBUFFERED": "1", **threads}


def side_by_side(notebooks: list[Path], words: list[str], jobs: int) -> Generator[tuple[str, int], None, None]:
    """(name, exit code) of each notebook as it ends; when this is left, those that run are stopped.

    Parameters
    ----------
    words : list of str
        What every process is given after the notebook: folder of runs, force, seconds a cell may take.
    jobs : int
        Notebooks at a time.
    """

    def one(notebook: Path) -> tuple[str, int]:
        if processes.stopping.is_set():
            return notebook.stem, INTERRUPTED
        process = subprocess.Popen(
            [sys.executable, "-c", START, str(notebook), *words], env={**os.environ, **share(jobs)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True,
        )  # fmt: skip
        with processes.watched(process):
            return notebook.stem, _heard(notebook.stem, process)

    processes = Processes(jobs, one)
    return processes.each(notebooks)


def _heard(name: str, process: subprocess.Popen[str]) -> int:
    """Pass on what a process prints, with the name of its notebook, until it ends."""
    assert process.stdout is not None
    assert process.stderr is not None
    listener = threading.Thread(target=_pass_on, args=(process.stderr, name), daemon=True)
    listener.start()
    for line in process.stdout:
        show(line.rstrip("\n"))
    code = process.wait()
    listener.join()
    return code if code >= 0 else INTERRUPTED


def _pass_on(lines: IO[str], name: str) -> None:
    for line in lines:
        text = line.rstrip("\n")
        tell(text if text.startswith(name) else f"{name}  {text}")


def main(words: list[str]) -> int:
    """One notebook: `NOTEBOOK ROOT FORCE TIMEOUT`, the last two empty where they are not given."""
    from runner.session import run_one

    notebook, root, force, timeout = words
    return run_one(notebook, {}, Path(root), bool(force), float(timeout) if timeout else None, index=False)
