"""What a server answered, read with the kind that is expected: other JSON is named, and never taken for a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
KINDS = {dict: "an object", list: "a list", str: "a text", int: "a whole number"}
_NOTHING: tuple[Any, ...] = (None, {}, [], "")


class ServerError(ConnectionError):
    """A server does not answer, or answers what cannot be used; the message names the remedy."""


@dataclass(frozen=True)
class Answer:
    """A part of an answer; `where` names the address and the way to the part."""

    where: str
    content: Any

    def read(self, kind: type[T]) -> T:
        """The content, of this kind; an empty one of it where the server says nothing. ServerError otherwise."""
        if self.content in _NOTHING and kind is not int:
            return kind()
        if not isinstance(self.content, kind) or isinstance(self.content, bool):
            raise ServerError(f"{self.where} is {self.content!r}"[:300] + f" where {KINDS[kind]} is expected: "
                              "the server speaks another version, or is another program")  # fmt: skip
        return self.content

    def at(self, name: str) -> Answer:
        """The member of an object; nothing where it has none."""
        return Answer(f"{self.where} {name}", self.read(dict).get(name))

    def parts(self) -> list[Answer]:
        """The entries of a list."""
        return [Answer(f"{self.where}[{k}]", entry) for k, entry in enumerate(self.read(list))]

    def number(self) -> float | None:
        """A number, None where the server says nothing."""
        if self.content is None or (isinstance(self.content, int | float) and not isinstance(self.content, bool)):
            return _float(self.content)
        raise ServerError(f"{self.where} is {self.content!r}"[:300] + " where a number is expected")


def _float(told: float | None) -> float | None:
    try:
        return None if told is None else float(told)
    except OverflowError:  # a whole number of hundreds of digits
        return float("inf")
