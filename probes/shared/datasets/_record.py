"""One record of a data set: a line, an entry or a row that knows where it stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from probes.shared.datasets._json import parsed

Kind = TypeVar("Kind")


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

    def get(self, name: str, kind: type | tuple[type, ...]) -> Any:
        """A field of the right kind; a ValueError names line and field. True and false are no numbers."""
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(self.value, dict):
            raise ValueError(f"{self.where}: expected an object, found {type(self.value).__name__}")
        value = self.value.get(name)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            wanted, column = " or ".join(one.__name__ for one in kinds), " ".join(name.split())
            raise ValueError(f"{self.where}: field {column!r} must be {wanted}, found {type(value).__name__}")
        return value

    def text(self, name: str) -> str:
        """A text field without blanks around it."""
        return str(self.get(name, str)).strip()

    def maybe(self, name: str, otherwise: str) -> str:
        """A text that may be missing or empty."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return str(value) if value else otherwise

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
