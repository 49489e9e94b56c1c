"""One reader under all importers: JSON, JSON Lines, CSV, Parquet, a folder of them, or a data set of the model hub.

A record knows where it stands and is parsed only when it is looked at: a broken line is a fault of that line alone, and
a sample of a large file costs what the sample costs.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from probes.shared.datasets._json import LONGEST, elements, is_lines, parsed, whole
from probes.shared.datasets._record import Record

_OTHER = (".parquet", ".csv", ".tsv", ".txt")
"""Endings of files that are not JSON; all others are."""
_FILES = (*_OTHER, ".json", ".jsonl")


@dataclass(frozen=True)
class Source:
    """The files of a data set, and how their records are laid out.

    Parameters
    ----------
    files : read one after another.
    within : of a JSON object, the field that holds the list of records.
    header : whether the first line of a CSV file names its columns; else a record is the list of its cells.
    delimiter : between the cells of a CSV file.
    """

    files: tuple[Path, ...]
    within: str = ""
    header: bool = True
    delimiter: str = ","

    def records(self, every: int = 1) -> Iterator[Record]:
        """Every so-manieth record of each file, the first included; the others are not parsed."""
        for file in self.files:
            if file.suffix not in _OTHER and not self.within and is_lines(file):
                yield from _lines(file, every)
            else:
                yield from islice(self._of(file), 0, None, every)

    def count(self) -> int:
        """How many records there are; blank lines of JSON Lines count as one each."""
        return sum(map(self._counted, self.files))

    def _counted(self, file: Path) -> int:
        if file.suffix != ".jsonl":
            return sum(1 for _ in self._of(file))
        with file.open("rb") as handle:
            return 1 + sum(piece.count(b"\n") for piece in iter(partial(handle.read, 1 << 20), b""))

    def _of(self, file: Path) -> Iterator[Record]:
        if file.suffix == ".parquet":
            return _rows(file)
        if file.suffix in (".csv", ".tsv"):
            return _table(file, self.header, "\t" if file.suffix == ".tsv" else self.delimiter)
        if self.within:
            listed = Record(file.name, 0, whole(file, dict)).get(self.within, list)
            return (Record(f"{file.name}, entry {k}", k, value) for k, value in enumerate(listed, start=1))
        if file.suffix == ".txt":
            return _texts(file)
        return _lines(file, 1) if is_lines(file) else _entries(file)


def locate(path: str | Path, *names: str) -> tuple[Path, ...]:
    """The files that `path` means.

    Parameters
    ----------
    path : a file, a folder, or a data set of the model hub as `owner/name`; `~` is the home folder.
    names : file names or patterns, the preferred one first: of a folder, all that match the first that any file
        matches; of the hub, the first.

    Raises
    ------
    FileNotFoundError
        Where nothing matches; it names the folder that was looked in.
    """
    local = Path(path).expanduser()
    if local.is_file():
        return (local,)
    if local.is_dir():
        for name in names:
            if matching := sorted(file for file in local.glob(name) if file.is_file()):
                return tuple(matching)
        raise FileNotFoundError(f"no {' or '.join(names)} in {local.resolve()}")
    if re.fullmatch(r"[\w.-]+/[\w.-]+", str(path)) and not local.parent.exists() and local.suffix not in _FILES:
        return (_downloaded(str(path), names[0]),)
    raise FileNotFoundError(f"no file {local.absolute()}; give the file, its folder, or a data set as owner/name")


def source(path: str | Path, *names: str, within: str = "", header: bool = True, delimiter: str = ",") -> Source:
    """The records of the files that `path` means; see `locate` and `Source`."""
    return Source(locate(path, *names), within, header, delimiter)


def _downloaded(dataset: str, filename: str) -> Path:
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(dataset, filename, repo_type="dataset"))
    except (OSError, ValueError) as error:
        raise FileNotFoundError(f"no file {filename} in data set {dataset} of the model hub ({error})") from None


def _texts(file: Path) -> Iterator[Record]:
    with file.open(encoding="utf-8-sig") as handle:
        for number, line in enumerate(handle, start=1):
            if line.strip():
                yield Record(f"{file.name}, line {number}", number, line.rstrip("\n"))


def _entries(file: Path) -> Iterator[Record]:
    return (Record(where, k, value) for k, (where, value) in enumerate(elements(file), start=1))


def _lines(file: Path, every: int) -> Iterator[Record]:
    with file.open("rb") as handle:
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


def _table(file: Path, header: bool, delimiter: str) -> Iterator[Record]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.reader(handle, delimiter=delimiter)
        names: list[str] = []
        number = 0
        while True:
            cells: Any
            try:
                cells = next(reader, None)
            except csv.Error as error:
                cells = ValueError(f"{file.name}, line {reader.line_num}: {error}")
            if cells is None:
                return
            if header and not names and isinstance(cells, list):
                names = [cell.strip() for cell in cells]
            elif cells:
                number += 1
                where = f"{file.name}, line {reader.line_num}"
                yield Record(where, number, _row(where, names, cells) if header else cells)


def _row(where: str, names: list[str], cells: Any) -> Any:
    if isinstance(cells, ValueError) or len(cells) == len(names):
        return cells if isinstance(cells, ValueError) else dict(zip(names, cells, strict=True))
    return ValueError(f"{where}: {len(cells)} columns, the header names {len(names)} ({', '.join(names)})")


def _rows(file: Path) -> Iterator[Record]:
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import ParquetFile

    try:
        table = ParquetFile(file)
    except ArrowInvalid as error:
        raise ValueError(f"{file.name}: not Parquet ({error})") from None
    number = 0
    for batch in table.iter_batches(batch_size=512):
        for row in batch.to_pylist():
            number += 1
            yield Record(f"{file.name}, row {number}", number, row)


__all__ = ["Record", "Source", "locate", "parsed", "source", "whole"]
