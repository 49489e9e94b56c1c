"""Which option is right, by place, by letter or by text: one rule, declared for a file or shared by all items."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any

from probes.schema.given.record import plain

WAYS = ("place", "letter", "text")
PLACE_OR_LETTER = ("place", "letter")


def meanings(value: Any, options: Sequence[str]) -> dict[str, int]:
    """Way to read an answer -> place of the option it then names; a way that names none is missing."""
    named = {}
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(options):
        named["place"] = value
    if isinstance(value, str) and len(value.strip()) == 1:
        letter = ascii_uppercase.find(value.strip().upper())
        if 0 <= letter < len(options):
            named["letter"] = letter
    if len(alike := _alike(value, options)) == 1:
        named["text"] = alike[0]
    return named


def _alike(value: Any, options: Sequence[str]) -> list[int]:
    """Places of the options that say what the value says: the same text, or for a number the same number."""
    try:
        text = plain(value, "answer")
    except ValueError:
        return []
    if text in options:
        return [options.index(text)]
    number = None if isinstance(value, str | bool) else _number(text)
    return [at for at, option in enumerate(options) if number is not None and _number(option) == number]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def place(value: Any, options: Sequence[str], ways: Sequence[str], where: str) -> int:
    """The place of the right option, read in the one way of `ways` that names one.

    Raises
    ------
    ValueError
        If none does, or if two do and name different options.
    """
    named = {at for way, at in meanings(value, options).items() if way in ways}
    if len(named) != 1:
        what = "can be read as two different ones" if named else f"names none of {len(options)} options"
        raise ValueError(f"{where}: field 'answer' is {value!r}, which {what}; as {' or '.join(ways)}")
    return named.pop()
