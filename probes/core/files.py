"""JSON files that are written whole or not at all; the files of a folder of code and what is in them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from probes.schema import replacing


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Strict JSON: a NaN is an error here, not a surprise for the reader."""
    text = json.dumps(content, indent=1, allow_nan=False, default=str)
    with replacing(path) as stream:
        stream.write(text.encode())


def below(root: str | Path) -> Iterator[str]:
    """Paths of all files below a folder but bytecode, in no order. Strings: every run walks a thousand files."""
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name != "__pycache__"]
        yield from (path for name in names if os.path.isfile(path := os.path.join(folder, name)))


def content(path: str) -> str:
    """SHA-256 of the bytes of a file."""
    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()
