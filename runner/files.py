"""Files that are either the old version or the new one, never half of each."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

from probes.schema import replacing


def write_text(path: Path, text: str, durable: bool = True) -> None:
    """The whole text or the old file. `durable` waits until the bytes are on disk."""
    with replacing(path, durable) as stream:
        stream.write(text.encode("utf-8", "backslashreplace"))


def write_json(path: Path, value: Any, durable: bool = True) -> None:
    """Strict JSON: a NaN is an error here, not a surprise for the reader."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n", durable)


def trouble(error: OSError, root: Path) -> str:
    """What went wrong with a folder of runs, and what to do about it."""
    if root.exists() and not root.is_dir():
        return f"{root} is a file; give a folder with --out"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{error.filename or root}: {error.strerror}; give a folder you may write to with --out"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{error.filename or root}: {error.strerror}; make room, the same command continues"
    return f"{type(error).__name__}: {error}"


def read_json(path: Path, missing: Any = None) -> Any:
    """The parsed file, or `missing` where there is none or it cannot be read.

    Where an object is expected (`missing` is one), a file that holds anything else counts as unreadable.
    """
    try:
        parsed = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return missing
    return missing if isinstance(missing, dict) and not isinstance(parsed, dict) else parsed
