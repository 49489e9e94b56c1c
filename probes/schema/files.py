"""Files that are either the old version or the new one, never half of each, and what tells one from the other."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

MOST = 64 << 20
"""Bytes of a file that is read whole."""
_PAGE = 1 << 16


def small(path: str | os.PathLike[str], most: int = MOST) -> str:
    """The text of a file whose kind and size are looked at first: no pipe is waited for, no device read to its end.

    A byte-order mark is left out. ValueError names the path and says what keeps it from being read.
    """
    try:
        mode, given = os.stat(path).st_mode, os.fspath(path).startswith(("/dev/fd/", "/dev/stdin"))  # `-f <(...)`
        if stat.S_ISDIR(mode) or (stat.S_ISFIFO(mode) and not given) or stat.S_ISSOCK(mode):
            raise ValueError(f"{path}: is {'a folder' if stat.S_ISDIR(mode) else 'a pipe'}, not a file")
        with open(path, "rb") as stream:
            content = stream.read(_PAGE)
            if len(content) == _PAGE:  # a buffer of `most` bytes for every small file would cost more than the file
                content += stream.read(most + 1 - _PAGE)
    except OSError as error:
        raise ValueError(f"{os.fspath(path)[:200]}: {error.strerror}") from error
    if len(content) > most:
        raise ValueError(f"{path}: holds more than {most:,} bytes, the most that such a file may have")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: is not UTF-8 text (byte {error.start})") from error


@contextmanager
def alone(lock: str | os.PathLike[str]) -> Iterator[None]:
    """Work on what a lock file stands for while no other process does; its folder is made. Waits for its turn."""
    Path(lock).parent.mkdir(parents=True, exist_ok=True)
    with open(lock, "a", encoding="ascii") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def checksum(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file's bytes."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def replacing(path: str | os.PathLike[str], durable: bool = True) -> Iterator[BinaryIO]:
    """A stream beside `path` that takes its place at the end of the block; folders are made.

    An error inside the block leaves `path` as it was and nothing beside it. With `durable` the bytes are on the disk
    before the name is.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        os.chmod(name, 0o644)  # mkstemp makes files that only their owner can read
        os.replace(name, target)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None and error.errno:  # a full disk says not which file
            error.filename = os.fspath(target)
        raise
