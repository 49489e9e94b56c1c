"""Files that are either the old version or the new one, never half of each."""

from __future__ import annotations

import errno
import json
import math
import os
from pathlib import Path
from typing import Any

from probes.schema import replacing, small


def write_text(path: Path, text: str, durable: bool = True) -> None:
    """The whole text or the old file. `durable` waits until the bytes are on disk."""
    with replacing(path, durable) as stream:
        stream.write(text.encode("utf-8", "backslashreplace"))


def write_json(path: Path, value: Any, durable: bool = True) -> None:
    """Strict JSON: a NaN is an error here, not a surprise for the reader."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n", durable)


REMEDIES = {
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), "; give a folder you may write to with --out"),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "; make room, the same command continues"),
    errno.ENAMETOOLONG: "; give a shorter one",
}


def trouble(error: OSError, root: Path | None = None) -> str:
    """What went wrong with a file, in words, and what to do about it; `root`: the folder of runs."""
    if root and os.path.isfile(root):
        return f"{root} is a file; give a folder with --out"
    if error.strerror is None:  # words of our own
        return str(error)
    if error.errno == errno.ENOENT and not error.filename:  # nobody else asks for a file without a name
        return "the working folder was removed; change to one that is there"
    name = str(error.filename or root or "a file")
    shown = name if len(name) < 200 else f"{name[:100]}..."
    if os.path.islink(name) and not os.path.exists(name):
        return f"{shown} is a link to nothing; give a folder with --out, or remove the link"
    return f"{shown}: {error.strerror}{REMEDIES.get(error.errno or 0, '')}"


def in_words(error: Exception) -> str:
    """What an error says, of a file as `trouble` puts it."""
    return trouble(error) if isinstance(error, OSError) else str(error)


def read_json(path: Path, missing: Any = None) -> Any:
    """The parsed file, or `missing` where there is none or it cannot be read.

    Where an object is expected (`missing` is one), a file that holds anything else counts as unreadable.
    """
    try:
        parsed = json.loads(small(path))
    except (ValueError, RecursionError):
        return missing
    return missing if isinstance(missing, dict) and not isinstance(parsed, dict) else parsed


def finite(value: Any) -> float | None:
    """A number that a file of others holds; None for anything else, also where it is too large to count with."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
