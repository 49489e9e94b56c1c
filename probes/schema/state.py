"""How a run stands: what its status says, and whether the process that says `running` still lives."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from probes.schema.forms import STATUS, Unreadable, read

LOCK = ".lock"
"""File of a run folder that its process holds; the system gives it back when the process ends, however it ends."""


def held(lock: str | os.PathLike[str]) -> bool:
    """Whether a living process holds a lock file."""
    try:
        with open(lock, encoding="ascii") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def state(out: str | os.PathLike[str]) -> str:
    """`finished`, `failed`, `interrupted`, `running` (held by a living process), `stopped`, `absent`, `unreadable`.

    `stopped`: it says running, but its process is gone, as after `kill -9`. `absent`: there is no status.json.
    """
    path = Path(out) / "status.json"
    try:
        recorded = str(read(path, STATUS).get("state") or ("unreadable" if os.path.lexists(path) else "absent"))
    except Unreadable:
        return "unreadable"
    return "stopped" if recorded == "running" and not held(Path(out) / LOCK) else recorded


def unfinished(out: str | os.PathLike[str]) -> str:
    """Why a run is not to be read as finished, in words; nothing where it has finished or was made by hand."""
    how, name = state(out), Path(out).name
    if how in ("finished", "absent"):
        return ""
    if how == "unreadable":
        return f"{name}: its status.json was edited or torn: put it back, or interlocutor resume {name}"
    if how == "running":
        return f"{name} is running: wait until it has finished"
    stopped = "was stopped, its process is gone" if how == "stopped" else f"is {how}"
    return f"{name} {stopped}: interlocutor resume {name} continues it"
