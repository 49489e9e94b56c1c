"""JSON, JSON Lines, CSV and Parquet as records: each is parsed only when it is looked at, and knows where it stands."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from probes.schema.given.json_text import LONGEST, elements
from probes.schema.given.record import Record
from probes.schema.given.texts import lines as decoded
from probes.schema.given.texts import plain_file


def once(names: Iterable[str], where: str) -> None:
    """ValueError where two columns have one name, of which a reader would lose one. Unnamed columns may be many."""
    twice = [name for name, many in Counter(names).items() if name and many > 1]
    if twice:
        raise ValueError(f"{where}: the column {twice[0]!r} is there twice; rename one")


def plain_lines(file: Path) -> Iterator[Record]:
    """The lines of a text file that are not blank."""
    for number, line in enumerate(decoded(file), start=1):
        if line.strip():
            yield Record(f"{file.name}, line {number}", number, line.rstrip("\r\n"))


def entries(file: Path) -> Iterator[Record]:
    """The entries of a JSON list, or the one object that the file is."""
    return (Record(where, k, value) for k, (where, value) in enumerate(elements(file), start=1))


def json_lines(file: Path, every: int = 1) -> Iterator[Record]:
    """Every so-manieth line of JSON Lines, blank ones left out; the others are not parsed."""
    with plain_file(file).open("rb") as handle:
        number = 0
        handle.seek(3 if handle.read(3) == BOM_UTF8 else 0)
        while line := handle.readline(LONGEST + 1):
            number += 1
            raw: bytes | ValueError = line
            if len(line) > LONGEST and not line.endswith(b"\n"):
                raw = ValueError(f"{file.name}, line {number}: longer than {LONGEST // 10**6} MB")
                while line and not line.endswith(b"\n"):
                    line = handle.readline(LONGEST)
            if (number - 1) % every == 0 and (isinstance(raw, ValueError) or raw.strip()):
                yield Record(f"{file.name}, line {number}", number, raw)


def cells(file: Path, header: bool = True, delimiter: str = ",") -> Iterator[Record]:
    """The rows of a CSV file: objects under the names of its first line, or lists of cells.

    A row that is broken holds its ValueError; the file is refused where such a row runs over several lines, because
    nobody can say how many rows an unclosed quotation mark has swallowed.
    """
    reader = csv.reader(decoded(file), delimiter=delimiter, strict=True)
    names: list[str] = []
    number = 0
    while True:
        begin = reader.line_num + 1
        where = f"{file.name}, line {begin}"
        row = _row(reader, where, names)
        if row is None:
            return
        if isinstance(row, ValueError) and reader.line_num > begin:
            raise ValueError(f"{row}; it runs on to line {reader.line_num}: is a quotation mark left open?")
        if header and not names and isinstance(row, list):
            names = [cell.strip() for cell in row]
            once(names, where)
            if len(names) == 1 and (other := next((mark for mark in ";\t|" if mark in names[0]), "")):
                raise ValueError(f"{where}: one column, {names[0]!r}: separate cells by commas, not by {other!r}")
        elif row:
            number += 1
            yield Record(where, number, dict(zip(names, row, strict=True)) if isinstance(row, list) and header else row)


def _row(reader: Any, where: str, names: list[str]) -> list[str] | ValueError | None:
    try:
        found: list[str] | None = next(reader, None)
    except csv.Error as error:
        return ValueError(f"{where}: not CSV ({error})")
    if not found or not names or len(found) == len(names):
        return found
    return ValueError(f"{where}: {len(found)} columns, the header names {len(names)} ({', '.join(names)})")


def parquet(file: Path) -> Iterator[Record]:
    """The rows of a Parquet file."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    number = 0
    try:
        table = ParquetFile(plain_file(file))
        once(table.schema_arrow.names, file.name)
        for batch in table.iter_batches(batch_size=512):
            for row in batch.to_pylist():
                number += 1
                yield Record(f"{file.name}, row {number}", number, row)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{file.name}: not Parquet ({str(error).splitlines()[0]})") from None
