"""What importers return, and how they read files so that a bad line is named and not guessed at."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Item:
    """One question. With `options` the answer is one of them; without, it is the text to be found.

    group : the independent unit (scene, conversation, problem). task : what the question is about.
    """

    name: str
    question: str
    answer: str
    options: tuple[str, ...] = ()
    story: str = ""
    task: str = ""
    group: str = ""

    def __post_init__(self) -> None:
        if not self.question.strip() or not self.answer.strip():
            raise ValueError(f"item {self.name} lacks a question or an answer")
        if self.options and self.answer not in self.options:
            raise ValueError(f"item {self.name}: the answer {self.answer!r} is none of the options")
        if len(set(self.options)) < len(self.options):
            raise ValueError(f"item {self.name}: two options are the same")


def found(path: str | Path, filename: str) -> Path:
    """A file, or `filename` in a folder, or in a data set of the model hub when given as `owner/name`."""
    local = Path(path)
    if local.is_dir():
        local = local / filename
    if local.is_file():
        return local
    if re.fullmatch(r"[\w.-]+/[\w.-]+", str(path)) and not local.parent.exists():
        from huggingface_hub import hf_hub_download

        return Path(hf_hub_download(str(path), filename, repo_type="dataset"))
    raise FileNotFoundError(f"no file {local}; give the file, its folder, or a data set as owner/name")


def read_json(path: Path, kind: type) -> Any:
    """A whole JSON file holding a `kind` (list or dict)."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name}, line {error.lineno}: not JSON ({error.msg})") from None
    if not isinstance(given, kind):
        raise ValueError(f"{path.name}: expected a JSON {kind.__name__}, found {type(given).__name__}")
    return given


def read_jsonl(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, object) for each line; blank lines are skipped."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        where = f"{path.name}, line {number}"
        if line.strip():
            try:
                given = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{where}: not JSON ({error.msg})") from None
            if not isinstance(given, dict):
                raise ValueError(f"{where}: expected an object, found {type(given).__name__}")
            yield where, given


def read_csv(path: Path, columns: int = 0, delimiter: str = ",") -> Iterator[tuple[str, list[str]]]:
    """(where, cells) for each line of a table; with `columns` every line must have so many."""
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle, delimiter=delimiter)
        for cells in reader:
            where = f"{path.name}, line {reader.line_num}"
            if cells and columns and len(cells) != columns:
                raise ValueError(f"{where}: {len(cells)} columns, expected {columns}")
            if cells:
                yield where, cells


def get(record: Any, name: str, kind: type | tuple[type, ...], where: str) -> Any:
    """A field of the right kind, or a ValueError that names line and field."""
    value = record.get(name) if isinstance(record, dict) else None
    if not isinstance(value, kind):
        wanted = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
        shown = " ".join(name.split())
        raise ValueError(f"{where}: field {shown!r} must be {wanted}, found {type(value).__name__}")
    return value


def item(where: str, **given: Any) -> Item:
    """An item whose complaint names the line."""
    try:
        return Item(**given)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
