"""What a kernel needs besides its process, and what it may leave behind: files, sockets, processes that it started."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from probes.schema import told
from probes.schema.forms import KERNEL

PREFIX = "interlocutor-"
LONGEST = 107 - len("/interlocutor-12345678/kernel-ipc-5")
"""Bytes that a folder's path may have for sockets in it: the system takes 107 in all."""

FEWEST, MANY = 128, 1024
"""Files that a run has open at once, and that it asks for: a model of many parts has more."""


def room_for_files() -> None:
    """Raise the limit of open files as far as this user may. OSError where that is too low for a run."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = MANY if most == resource.RLIM_INFINITY else min(most, MANY)
    if now != resource.RLIM_INFINITY and now < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    if allowed < FEWEST:
        raise OSError(f"only {allowed} files may be open at once here, a run needs {FEWEST}: ulimit -n {MANY}")


def sockets() -> str:
    """A new private folder for a kernel's sockets; a job's own TMPDIR may be too long for them, or full."""
    for place in _places():
        if len(os.fsencode(place)) <= LONGEST:
            with suppress(OSError):
                return tempfile.mkdtemp(prefix=PREFIX, dir=place)
    raise OSError(f"no folder for the kernel's sockets in {', '.join(_places())}; set TMPDIR to a short path with room")


def _places() -> list[str]:
    """Where folders of sockets are made."""
    places = (tempfile.gettempdir(), os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp", "/var/tmp")  # noqa: S108
    return [place for place in places if place]


def _ours(folder: str) -> bool:
    """Whether a folder is one that `sockets` made: what a file in a run's folder names may be anything."""
    path = Path(folder)
    try:
        made = path.is_dir() and not path.is_symlink() and path.stat().st_uid == os.getuid()
    except (OSError, ValueError):
        return False
    return made and path.name.startswith(PREFIX) and str(path.parent) in _places()


def end_orphan(run: Path) -> None:
    """Kill what is left of a run's last kernel, so that two never write the same records; remove its sockets.

    That is the kernel, where its runner was killed, and all that it started, but for what took a session of its own.
    They are told by environment or command line too: a process that has got an old number by chance is let alone.
    """
    left = told(run / ".kernel.json", KERNEL)
    pid, folder = left.get("pid"), str(left.get("sockets", ""))
    ours, progress = _ours(folder), str(run.resolve() / "progress.json")
    for process in _session(pid, (os.fsencode(progress), os.fsencode(folder if ours else progress))):
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
    if ours:
        shutil.rmtree(folder, ignore_errors=True)
    (run / ".kernel.json").unlink(missing_ok=True)


def _session(pid: object, marks: tuple[bytes, ...]) -> Iterator[int]:
    """Living processes of a kernel's session."""
    for process in Path("/proc").glob("[0-9]*") if pid else ():
        with suppress(OSError, IndexError):
            session = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[3]
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            if session == str(pid) and any(mark in told for mark in marks):
                yield int(process.name)
