"""A progress bar with rate and time left that is seen in JupyterLab, under papermill and by our own runner."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TextIO

from probes.schema import replacing

_QUIET: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Draw no bars meanwhile: for many short runs under one bar of their own."""
    token = _QUIET.set(True)
    try:
        yield
    finally:
        _QUIET.reset(token)


class Progress:
    """Counts finished trials (or what else `unit` says), or questions where a trial asks `steps` of them, more than 1.

    Draws with tqdm; mirrors to the terminal of a kernel's parent and to a file.

    Inside a kernel the bar is notebook output. papermill shows no notebook output while it runs, so the bar is also
    drawn on the stderr that the kernel inherited, and `$INTERLOCUTOR_PROGRESS` names a JSON file for our runner.
    """

    def __init__(self, label: str, trials: int, done: int = 0, steps: int = 1, unit: str = "trial") -> None:
        from tqdm import tqdm
        from tqdm.auto import tqdm as auto

        self.label, self.steps, self.unit = label, steps, "question" if steps > 1 else unit
        self.total, self.done, self.first = trials * steps, done * steps, done * steps
        self.started = self._told = time.monotonic()
        shape: dict[str, Any] = {"total": self.total, "initial": self.done, "desc": label, "unit": self.unit}
        hidden = _QUIET.get() or bool(os.environ.get("TQDM_DISABLE"))  # which tqdm's own bar for notebooks ignores
        self._bars = [] if hidden else [auto(**shape)]
        self._file = os.environ.get("INTERLOCUTOR_PROGRESS")
        mirror = None if self._file or hidden else _outer_stderr()
        if mirror:
            self._bars.append(tqdm(**shape, file=mirror, mininterval=1.0))
        self._tell()

    def answered(self, questions: int) -> None:
        """Count answered questions of a running trial."""
        if self.steps > 1:
            self._count(questions)

    def finished(self, asked: int) -> None:
        """Count a finished trial, which asked so many questions."""
        self._count(self.steps - asked if self.steps > 1 else 1)

    def _count(self, more: int) -> None:
        self.done += more
        for bar in self._bars:
            bar.update(more)
        self._tell(always=self.done >= self.total)

    def beat(self, questions: int) -> None:
        """Say that questions are being answered, so that a long batch does not look like a standstill."""
        if time.monotonic() - self._told >= 0.5:
            for bar in self._bars:
                bar.set_postfix_str(f"{questions} answers in this batch")
            self._tell()

    def close(self) -> None:
        """Leave the bars as they stand."""
        self._tell(always=True)
        for bar in self._bars:
            bar.close()

    def _tell(self, always: bool = False) -> None:
        now = time.monotonic()
        if not always and now - self._told < 0.5 and self.done > self.first:
            return
        self._told = now
        if self._file:
            rate = (self.done - self.first) / max(now - self.started, 1e-9)
            left = (self.total - self.done) / rate if rate else None
            state = {
                "label": self.label,
                "done": self.done,
                "total": self.total,
                "unit": self.unit,
                "rate": rate,
                "seconds_left": left,
            }
            _replace(Path(self._file), json.dumps(state))


def _outer_stderr() -> TextIO | None:
    """The stderr a kernel was born with, where something other than a Jupyter server reads it."""
    if "ipykernel" not in sys.modules or os.environ.get("JPY_SESSION_NAME"):
        return None
    copy = getattr(sys.stderr, "_original_stdstream_copy", None)
    return os.fdopen(os.dup(copy), "w", encoding="utf-8") if isinstance(copy, int) else None


def _replace(path: Path, text: str) -> None:
    """Never a reason for a run to fail."""
    with suppress(OSError), replacing(path, durable=False) as stream:
        stream.write(text.encode())
