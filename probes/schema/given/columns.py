"""Tables of others as columns of text: nothing is guessed, numbers are read where they are asked for."""

from __future__ import annotations

import datetime
import math
import numbers as kinds
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from probes.schema.given.json_text import is_lines
from probes.schema.given.record import Record
from probes.schema.given.rows import cells, entries, json_lines, parquet


def _json(file: Path) -> Iterator[Record]:
    return json_lines(file) if is_lines(file) else entries(file)


_READERS: Mapping[str, Callable[[Path], Iterator[Record]]] = {
    ".csv": cells,
    ".tsv": partial(cells, delimiter="\t"),
    ".parquet": parquet,
    ".jsonl": _json,
    ".json": _json,
}
ENDINGS = ", ".join(_READERS)
MISSING = frozenset(("", "na", "n/a", "nan", "null", "none"))
"""What a number that is not there is written as, in any case."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_TRUTH = {"true": 1.0, "false": 0.0}
_FEW = 60


def columns(file: Path) -> dict[str, list[Any]]:
    """The columns of a CSV, TSV, Parquet or JSON file, each cell as it was written; what is missing is None or "".

    Raises
    ------
    ValueError
        Of another ending, without a row, or where a row is broken; it names file and line.
    """
    read = _READERS.get(file.suffix.lower())
    if read is None:
        raise ValueError(f"{file.name}: a table is a file that ends in {ENDINGS}")
    found: dict[str, list[Any]] = {}
    many = 0
    for many, record in enumerate(read(file), start=1):
        for name, value in record.fields.items():
            found.setdefault(name, [None] * (many - 1)).append(value)
        for short in (column for column in found.values() if len(column) < many):
            short.append(None)
    if not many:
        raise ValueError(f"{file.name}: no rows")
    return found


def text(value: Any) -> str | None:
    """A cell as text, "" where it is empty; None for what is neither text nor number. 2.0 is "2": see `names`."""
    if value is None or (isinstance(value, kinds.Real) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime.date | Decimal):
        return str(value)
    if not isinstance(value, kinds.Real) and type(value).__name__ != "bool":
        return None
    whole = isinstance(value, kinds.Integral) or (math.isfinite(value) and float(value).is_integer())
    return str(value) if isinstance(value, bool) or not whole else str(int(value))


def names(values: Iterable[Any], column: str) -> list[str]:
    """A column of names, none empty: "007" is not "7", and NA is a name.

    Raises
    ------
    ValueError
        It names the column and the first row (from 1, without the heading).
    """
    read = [text(value) for value in values]
    _refuse([k for k, name in enumerate(read) if name == ""], column, "is empty; every row needs one")
    _refuse([k for k, name in enumerate(read) if name is None], column, "is neither a text nor a number")
    return [str(name) for name in read]


def numbers(values: Iterable[Any], column: str, truth: bool = False) -> list[float]:
    """A column of finite numbers, NaN where one is missing; with `truth` true and false are 1 and 0.

    Raises
    ------
    ValueError
        It names the column, the first row (from 1, without the heading) and what stands there.
    """
    given = list(values)
    read = [_number(value, truth) for value in given]
    wrong = [k for k, number in enumerate(read) if number is None]
    if wrong:
        shown = given[wrong[0]]
        point = "; write a decimal point" if isinstance(shown, str) and "," in shown else ""
        _refuse(wrong, column, f"is {repr(shown)[:_FEW]}, which is no number{point}")
    return [math.nan if number is None else number for number in read]


def _number(value: Any, truth: bool) -> float | None:
    if isinstance(value, str):
        word = value.strip()
        if word.lower() in MISSING:
            return math.nan
        number = float(word) if _NUMBER.fullmatch(word) else _TRUTH.get(word.lower()) if truth else None
    elif value is None:
        return math.nan
    elif type(value).__name__ in ("bool", "bool_"):
        number = float(value) if truth else None
    else:
        number = float(value) if isinstance(value, kinds.Real | Decimal) else None
        if number is not None and math.isnan(number):
            return number
    return number if number is not None and math.isfinite(number) else None


def _refuse(rows: list[int], column: str, why: str) -> None:
    if rows:
        others = f"; {len(rows)} rows are so" if len(rows) > 1 else ""
        raise ValueError(f"row {rows[0] + 1}: {column} {why}{others}")
