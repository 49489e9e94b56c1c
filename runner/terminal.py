"""The only way to a terminal: what a notebook, a file or a model wrote moves no cursor and colours nothing."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

from rich.console import Console
from rich.text import Text

REFUSED = 2
MOST, LONGEST = 20, 1000
"""Problems that are printed one by one, and characters of each."""
WIDTH = 80
"""Columns that rich reckons with: no line is wrapped, and with COLUMNS=0 it would print nothing."""


def printable(text: object) -> str:
    r"""Text without control, direction and broken characters; each becomes U+FFFD. Line ends stay.

    Examples
    --------
    >>> printable("\x1b[31mred") == "\ufffd[31mred"
    True
    """
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in str(text))


def tell(text: object, word: str = "", colour: str = "") -> None:
    """A line on stderr, after a coloured word. A full or closed stderr never ends a run."""
    line = Text.assemble((f"{word} " if word else "", colour), printable(text))
    with suppress(OSError):
        Console(stderr=True, highlight=False, soft_wrap=True, width=WIDTH).print(line)


def show(text: object) -> None:
    """A line on stdout, for people and pipes. Where stdout is full that is said on stderr: the exit code stays."""
    try:
        print(printable(text), flush=True)
    except OSError as error:
        tell(f"stdout cannot be written: {error.strerror}", "warning:", "yellow")
        _discard_stdout()


def refuse(problems: list[str]) -> int:
    """Say what is wrong, the first twenty and how many more there are; nothing was executed."""
    for problem in problems[:MOST]:
        tell(problem if len(problem) <= LONGEST else f"{problem[:LONGEST]}...", "refused:", "red")
    if len(problems) > MOST:
        tell(f"and {len(problems) - MOST:,} more problems", "refused:", "red")
    return REFUSED


def robust_streams() -> None:
    """Let a terminal that knows only ASCII get `\\u...` in place of what it cannot show.

    What was closed before the start, as daemons do, is opened on nothing, in the order that gives it its number again.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def unwritable(error: OSError) -> bool:
    """Whether a write failed because the receiving end is full or gone; files of ours are named in their errors."""
    return error.filename is None and error.errno in (errno.ENOSPC, errno.EPIPE, errno.EDQUOT)


def finish() -> None:
    """Flush stdout before Python does, which would change the exit code where it is full."""
    try:
        sys.stdout.flush()
    except OSError:
        _discard_stdout()


def _discard_stdout() -> None:
    """What is still buffered cannot be written either."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
