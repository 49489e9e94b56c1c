"""Pieces of work in processes of their own, so many at a time; whoever stops ends what it started."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

PATIENCE = 30.0
"""Seconds a process gets to end its kernel when it is told to stop."""
Piece = TypeVar("Piece")
Result = TypeVar("Result")


class Processes(Generic[Piece, Result]):
    """Does every piece once, `jobs` at a time, in any order.

    Parameters
    ----------
    jobs : int
        At a time.
    do : function of a piece
        Runs in a thread; the process that it starts has to be `watched`, and none may be started once it is `stopping`.
    """

    def __init__(self, jobs: int, do: Callable[[Piece], Result]) -> None:
        self.jobs, self._do = jobs, do
        self.stopping = threading.Event()
        self._living: set[subprocess.Popen[Any]] = set()
        self._mutex = threading.Lock()

    def each(self, pieces: Iterable[Piece]) -> Generator[Result, None, None]:
        """What became of each, as it ends. Closed before its end, it stops the living ones: use it within `closing`."""
        with ThreadPoolExecutor(self.jobs) as threads, self._ending():
            futures: set[Future[Result]] = {threads.submit(self._do, piece) for piece in pieces}
            while futures:
                done, futures = wait(futures, timeout=0.5, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)

    @contextmanager
    def watched(self, process: subprocess.Popen[Any]) -> Iterator[None]:
        """End this process should everything stop in the meantime."""
        with self._mutex:
            self._living.add(process)
        if self.stopping.is_set():  # begun while the others were told
            process.terminate()
        try:
            yield
        finally:
            with self._mutex:
                self._living.discard(process)

    @contextmanager
    def _ending(self) -> Iterator[None]:
        try:
            yield
        finally:
            self.stopping.set()
            with self._mutex:
                living = list(self._living)
            for process in living:
                process.terminate()
            for process in living:
                end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Wait until a process that was told to stop has ended, and kill it when that takes too long."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
