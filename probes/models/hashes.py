"""Hashes of files, read whole once and remembered as long as the file is the same one; and where such things lie."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from probes.core.files import write_json

_SETTLED = 2.0
"""Seconds after which a file's times tell a later change from an earlier one on every file system we know of."""


def cache_root() -> Path:
    """`$INTERLOCUTOR_CACHE`, or `interlocutor` in the user's cache, or a private temporary folder without a home."""
    given = os.environ.get("INTERLOCUTOR_CACHE")
    if given:
        return Path(given)
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        home = Path(tempfile.gettempdir()) / f"cache-{os.getuid()}"
    return home / "interlocutor"


def file_hash(path: Path) -> str:
    """SHA-256 of all bytes of a file, hexadecimal.

    Remembered in the cache by device, inode, size and the times of change of content and of inode, to the nanosecond.
    A file that changed in the last two seconds is not remembered: another change could leave its times as they are.
    """
    before = _stamp(path)
    note = cache_root() / "hashes" / f"{hashlib.sha256(repr(before).encode()).hexdigest()}.json"
    try:
        return str(json.loads(note.read_text())["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if _stamp(path) == before and max(before[3:]) < (time.time() - _SETTLED) * 1e9:
        with suppress(OSError):  # a read-only home costs the time to hash again, nothing else
            write_json(note, {"file": str(path), "sha256": found})
    return found


def files_hash(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents of files, in the order of their names."""
    return hashlib.sha256(repr([(path.name, file_hash(path)) for path in sorted(paths)]).encode()).hexdigest()


def weights_hash(folder: Path) -> str:
    """SHA-256 over everything in a model or adapter folder that decides what its weights compute."""
    kinds = (".safetensors", ".bin", ".index.json")
    names = ("config.json", "generation_config.json", "adapter_config.json")
    return files_hash(path for path in folder.iterdir() if path.name.endswith(kinds) or path.name in names)


def _stamp(path: Path) -> tuple[int, int, int, int, int]:
    told = path.stat()
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns
