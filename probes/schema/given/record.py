"""One record of a file: a line, an entry or a row that knows where it stands, and gives its fields by kind."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from probes.schema.given.json_text import parsed

_FEW = 60
"""Characters of a value that a message shows."""


def plain(value: Any, where: str) -> str:
    """A JSON value as the text that it stands for: true is "true", 2 is "2". ValueError for what stands for none."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return json.dumps(value)
    raise ValueError(f"{where} must be a text or a number, not empty, found {repr(value)[:_FEW]}")


@dataclass(frozen=True)
class Record:
    """One record.

    Parameters
    ----------
    where : file and line, for messages.
    number : its place in the file, from 1.
    raw : a line of JSON as bytes, a value that is parsed already, or the ValueError that reading it gave.
    left_out : reason -> number of parts of it that were left out, or of the whole of it.
    """

    where: str
    number: int
    raw: Any
    left_out: Counter[str] = field(default_factory=Counter)

    @cached_property
    def value(self) -> Any:
        """What it holds; a ValueError that names the line where it cannot be parsed."""
        if isinstance(self.raw, ValueError):
            raise self.raw
        return parsed(self.raw.strip(), self.where) if isinstance(self.raw, bytes) else self.raw

    @property
    def fields(self) -> dict[str, Any]:
        """The object that it is; a ValueError where it is none."""
        if not isinstance(self.value, dict):
            raise ValueError(f"{self.where}: expected an object, found {type(self.value).__name__}")
        return self.value

    def get(self, name: str, kind: type | tuple[type, ...]) -> Any:
        """A field of the right kind; a ValueError names line and field. True, false, NaN, infinity are no numbers."""
        kinds = kind if isinstance(kind, tuple) else (kind,)
        value = self.fields.get(name)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            wanted = " or ".join(one.__name__ for one in kinds)
            raise ValueError(f"{self._field(name)} must be {wanted}, found {type(value).__name__}")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{self._field(name)} is {value}, which is no number")
        return value

    def text(self, name: str) -> str:
        """A text field without blanks around it."""
        return str(self.get(name, str)).strip()

    def texts(self, name: str) -> list[str]:
        """A list of texts or numbers, each as text; a ValueError for an entry that is empty or neither."""
        return [plain(value, f"{self._field(name)}, entry {k},") for k, value in enumerate(self.get(name, list), 1)]

    def maybe(self, name: str, otherwise: str) -> str:
        """A text or a number that may be missing or empty; 0 is a name like any other."""
        value = self.fields.get(name)
        return otherwise if value is None or value == "" else plain(value, self._field(name))

    def cells(self, many: int) -> list[str]:
        """The cells of a row without a header, so many and all texts."""
        if not isinstance(self.value, list) or not all(isinstance(cell, str) for cell in self.value):
            raise ValueError(f"{self.where}: expected a row of {many} texts, found {type(self.value).__name__}")
        if len(self.value) != many:
            raise ValueError(f"{self.where}: {len(self.value)} columns, expected {many}")
        return [cell.strip() for cell in self.value]

    def _field(self, name: str) -> str:
        return f"{self.where}: field {' '.join(name.split())!r}"

    def inside(self, name: str) -> Record:
        """The object in a field."""
        return Record(f"{self.where}, {name}", self.number, self.get(name, dict), self.left_out)

    def each(self, name: str) -> list[Record]:
        """The entries of a list in a field."""
        listed = self.get(name, list)
        return [Record(f"{self.where}, {name} {k}", k, value, self.left_out) for k, value in enumerate(listed, start=1)]

    def leave(self, reason: str) -> Any:
        """Count it, or a part of it, as left out; returns None, which is what an importer makes of such a record."""
        self.left_out[reason] += 1
