"""JSON with bounds: no line, entry or file is read past what it may be, and every complaint says where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

LONGEST = 10_000_000
"""Bytes of a line of JSON Lines, characters of an entry of a JSON list."""
LARGEST = 200_000_000
"""Bytes of a file that has to be parsed whole."""
_CHUNK = 1 << 18
_BETWEEN = re.compile(r"[\s,]*")


def parsed(text: bytes | str, where: str) -> Any:
    """The value of a JSON text; a ValueError names the place where it is none."""
    try:
        return json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except json.JSONDecodeError as error:
        line = f", line {error.lineno}" if error.lineno > 1 else ""
        raise ValueError(f"{where}{line}: not JSON ({error.msg})") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{where}: not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise ValueError(f"{where}: nested too deeply") from None
    except ValueError as error:  # a whole number of thousands of digits
        raise ValueError(f"{where}: {error}") from None


def whole(file: Path, kind: type) -> Any:
    """A JSON file that has to be parsed as one value, a `kind` (list or dict)."""
    if (size := file.stat().st_size) > LARGEST:
        raise ValueError(f"{file.name}: {size // 10**6} MB of one JSON value; write it as JSON Lines")
    value = parsed(file.read_bytes(), file.name)
    if not isinstance(value, kind):
        raise ValueError(f"{file.name}: expected a JSON {kind.__name__}, found {type(value).__name__}")
    return value


def is_lines(file: Path) -> bool:
    """Whether a file is JSON Lines: one of its first two lines is a value of its own, and no list on one line."""
    with file.open("rb") as handle:
        pieces = iter(lambda: handle.readline(LONGEST), b"")
        first, second = (next((line.strip() for line in pieces if line.strip()), b"") for _ in range(2))
    first = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if first.startswith(b"["):
        return _is_value(first) and (bool(second) or file.suffix == ".jsonl")
    return _is_value(first) or (first != b"{" and (_is_value(second) or file.suffix == ".jsonl"))


def _is_value(line: bytes) -> bool:
    try:
        json.loads(line)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def elements(file: Path) -> Iterator[tuple[str, Any]]:
    """(where, value) of the entries of a JSON list, read as they are asked for; or of the one object that it is."""
    with file.open(encoding="utf-8-sig") as handle:
        window = _Window(handle)
        try:
            if not window.opens():
                yield file.name, whole(file, dict)
                return
            number = 0
            while not window.closes(file.name):
                number += 1
                yield (where := f"{file.name}, entry {number}"), window.value(where)
        except UnicodeDecodeError as error:
            raise ValueError(f"{file.name}: not UTF-8 ({error.reason})") from None


class _Window:
    """The part of a file that is looked at, read on as far as the next value needs."""

    def __init__(self, handle: TextIO) -> None:
        self._handle = handle
        self._decoder = json.JSONDecoder()
        self._text, self._at, self._line = "", 0, 1

    def opens(self) -> bool:
        """Whether a list begins here; if so it is stepped into."""
        self._skip()
        opened = self._text.startswith("[", self._at)
        self._at += opened
        return opened

    def closes(self, name: str) -> bool:
        """Whether the list ends here."""
        self._skip()
        if self._at == len(self._text):
            raise ValueError(f"{name}: the list ends before its closing bracket")
        return self._text[self._at] == "]"

    def value(self, where: str) -> Any:
        """The next value."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                line = self._line + self._text.count("\n", 0, error.pos)
                if len(self._text) - self._at > LONGEST or not self._more():
                    raise ValueError(f"{where}, line {line}: not JSON ({error.msg})") from None
                continue
            except RecursionError:
                raise ValueError(f"{where}: nested too deeply") from None
            if end == len(self._text) and self._more():
                continue
            self._at = min(end, len(self._text))
            return value

    def _skip(self) -> None:
        while True:
            matched = _BETWEEN.match(self._text, self._at)
            self._at = matched.end() if matched else self._at
            if self._at < len(self._text) or not self._more():
                return

    def _more(self) -> bool:
        self._line += self._text.count("\n", 0, self._at)
        rest = self._text[self._at :]
        further = self._handle.read(max(_CHUNK, len(rest)))
        self._text, self._at = rest + further, 0
        return bool(further)
