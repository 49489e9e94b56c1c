"""One reader under all importers: JSON, JSON Lines, CSV, Parquet, a folder of them, or a data set of the model hub.

A record knows where it stands and is parsed only when it is looked at: a broken line is a fault of that line alone, and
a sample of a large file costs what the sample costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from probes.schema.given.json_text import is_lines, parsed, whole
from probes.schema.given.record import Record
from probes.schema.given.rows import cells, entries, json_lines, parquet, plain_lines

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
            if _ending(file) not in _OTHER and not self.within and is_lines(file):
                yield from json_lines(file, every)
            else:
                yield from islice(self._of(file), 0, None, every)

    def count(self) -> int:
        """How many records there are; blank lines of JSON Lines count as one each."""
        return sum(map(self._counted, self.files))

    def _counted(self, file: Path) -> int:
        if _ending(file) != ".jsonl":
            return sum(1 for _ in self._of(file))
        with file.open("rb") as handle:
            return 1 + sum(piece.count(b"\n") for piece in iter(partial(handle.read, 1 << 20), b""))

    def _of(self, file: Path) -> Iterator[Record]:
        ending = _ending(file)
        if ending == ".parquet":
            return parquet(file)
        if ending in (".csv", ".tsv"):
            return cells(file, self.header, "\t" if ending == ".tsv" else self.delimiter)
        if self.within:
            listed = Record(file.name, 0, whole(file, dict)).get(self.within, list)
            return (Record(f"{file.name}, entry {k}", k, value) for k, value in enumerate(listed, start=1))
        if ending == ".txt":
            return plain_lines(file)
        return json_lines(file) if is_lines(file) else entries(file)


def _ending(file: Path) -> str:
    return file.suffix.lower()


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
    if re.fullmatch(r"[\w.-]+/[\w.-]+", str(path)) and not local.parent.exists() and _ending(local) not in _FILES:
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


__all__ = ["Record", "Source", "locate", "parsed", "source", "whole"]
