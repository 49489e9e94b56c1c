"""JSON with bounds: no line, entry or file is read past what it may be, and every complaint says where."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from probes.schema.given.texts import FOREIGN, opened, plain_file

LONGEST = 10_000_000
"""Bytes of a line of JSON Lines, characters of an entry of a JSON list."""
LARGEST = 200_000_000
"""Bytes of a file that has to be parsed whole."""
_CHUNK = 1 << 18
_BLANKS = re.compile(r"\s*")


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object that these fields make; a ValueError where a key is given twice, of which Python keeps the last."""
    value = dict(pairs)
    if len(value) < len(pairs):
        name, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {name!r} is given twice")
    return value


def parsed(text: bytes | str, where: str) -> Any:
    """The value of a JSON text; a ValueError names the place where it is none."""
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        line = f", line {error.lineno}" if error.lineno > 1 else ""
        raise ValueError(f"{where}{line}: not JSON ({error.msg})") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{where}: not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise ValueError(f"{where}: nested too deeply") from None
    except ValueError as error:  # a key given twice, a whole number of thousands of digits
        raise ValueError(f"{where}: {error}") from None


def whole(file: Path, kind: type) -> Any:
    """A JSON file that has to be parsed as one value, a `kind` (list or dict)."""
    if (size := plain_file(file).stat().st_size) > LARGEST:
        raise ValueError(f"{file.name}: {size // 10**6} MB of one JSON value; write it as JSON Lines")
    value = parsed(file.read_bytes(), file.name)
    if not isinstance(value, kind):
        raise ValueError(f"{file.name}: expected a JSON {kind.__name__}, found {type(value).__name__}")
    return value


def is_lines(file: Path) -> bool:
    """Whether a file is JSON Lines: one of its first two lines is a value of its own, and no list on one line."""
    with plain_file(file).open("rb") as handle:
        pieces = iter(lambda: handle.readline(LONGEST), b"")
        first, second = (next((line.strip() for line in pieces if line.strip()), b"") for _ in range(2))
    first, lines = first.removeprefix(b"\xef\xbb\xbf").lstrip(), file.suffix.lower() == ".jsonl"
    if first.startswith(b"["):
        return _is_value(first) and (bool(second) or lines)
    return _is_value(first) or (first != b"{" and (_is_value(second) or lines))


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
    with opened(file) as handle:
        window = _Window(handle, file.name)
        if not window.opens():
            yield file.name, whole(file, dict)
            return
        number = 0
        while not window.closes(number):
            number += 1
            yield (where := f"{file.name}, entry {number}"), window.value(where)


class _Window:
    """The part of a file that is looked at, read on as far as the next value needs."""

    def __init__(self, handle: TextIO, name: str) -> None:
        self._handle, self._name = handle, name
        self._decoder = json.JSONDecoder(object_pairs_hook=unique)
        self._text, self._at, self._line = "", 0, 1

    def opens(self) -> bool:
        """Whether a list begins here; if so it is stepped into."""
        return self._step("[")

    def closes(self, before: int) -> bool:
        """Whether the list ends after so many entries, and the file with it; if not, the comma is stepped over."""
        if self._step("]"):
            if self._next():
                raise ValueError(f"{self._name}, line {self._place()}: text after the closing bracket of the list")
            return True
        if before and self._next() and not self._step(","):
            raise ValueError(f"{self._name}, line {self._place()}: no comma before entry {before + 1}")
        if not self._next():
            raise ValueError(f"{self._name}: the list ends before its closing bracket")
        return False

    def value(self, where: str) -> Any:
        """The next value."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                line = self._place(error.pos)
                if len(self._text) - self._at > LONGEST or not self._more():
                    raise ValueError(f"{where}, line {line}: not JSON ({error.msg})") from None
                continue
            except RecursionError:
                raise ValueError(f"{where}: nested too deeply") from None
            except ValueError as error:
                raise ValueError(f"{where}: {error}") from None
            if end == len(self._text) and self._more():
                continue
            self._at = min(end, len(self._text))
            return value

    def _place(self, at: int | None = None) -> int:
        return self._line + self._text.count("\n", 0, self._at if at is None else at)

    def _step(self, mark: str) -> bool:
        stepped = self._next() == mark
        self._at += stepped
        return stepped

    def _next(self) -> str:
        """The next character that is no blank, nothing at the end of the file."""
        while True:
            matched = _BLANKS.match(self._text, self._at)
            self._at = matched.end() if matched else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _more(self) -> bool:
        self._line += self._text.count("\n", 0, self._at)
        rest = self._text[self._at :]
        further = self._handle.read(max(_CHUNK, len(rest)))
        if foreign := FOREIGN.search(further):
            line = self._line + rest.count("\n") + further.count("\n", 0, foreign.start())
            raise ValueError(f"{self._name}, line {line}: not UTF-8; save it as UTF-8")
        self._text, self._at = rest + further, 0
        return bool(further)
