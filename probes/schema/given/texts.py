"""Lines of text as they come, decoded strictly, so that a byte of another encoding is named with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

FOREIGN = re.compile("[\udc80-\udcff]")
"""What `opened` makes of a byte that is not UTF-8."""

HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but for tab and line break, marks of direction, halves of characters: nobody sees them."""


def plain_file(file: Path) -> Path:
    """The same path. ValueError for a folder, a pipe or a device, which would be waited for or read without end."""
    if file.exists() and not file.is_file():
        raise ValueError(f"{file.name}: is {'a folder' if file.is_dir() else 'a pipe or a device'}, not a file")
    return file


def opened(file: Path) -> TextIO:
    """A text file, with or without a byte-order mark; line ends stay, and foreign bytes can be told by FOREIGN."""
    return plain_file(file).open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def lines(file: Path) -> Iterator[str]:
    """Its lines with their ends. ValueError names the first that is not UTF-8."""
    with opened(file) as handle:
        for number, line in enumerate(handle, start=1):
            if FOREIGN.search(line):
                raise ValueError(f"{file.name}, line {number}: not UTF-8; save it as UTF-8")
            yield line
