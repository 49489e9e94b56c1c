"""What importers return, and the one rule by which they leave out what cannot be used."""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from probes.schema.given.record import Record
from probes.shared.datasets._read import Source

TOLERATED = 0.02
"""Records that cannot be read are skipped and counted below this share, and refused from it on."""
_JUDGED = 1000
"""So many records are read to judge that share, where there was something to skip and `limit` would end before."""
T = TypeVar("T")


@dataclass(frozen=True)
class Item:
    """One question. With `options` the answer is one of them; without, it is the text to be found.

    group : the independent unit (scene, conversation, problem). task : what the question is about.
    linked : the questions that are right only together, by a common name; empty where each counts alone.
    """

    name: str
    question: str
    answer: str
    options: tuple[str, ...] = ()
    story: str = ""
    task: str = ""
    group: str = ""
    linked: str = ""

    def __post_init__(self) -> None:
        if not self.question.strip() or not self.answer.strip():
            raise ValueError(f"item {self.name} lacks a question or an answer")
        if self.options and self.answer not in self.options:
            raise ValueError(f"item {self.name}: the answer {self.answer!r} is none of the options")
        if len(set(self.options)) < len(self.options):
            raise ValueError(f"item {self.name}: two options are the same")

    @property
    def chance(self) -> float:
        """The probability that a blind choice is right; NaN without options."""
        return 1 / len(self.options) if self.options else float("nan")


class Loaded(list[T], Generic[T]):
    """What an importer read: a list that knows what it lacks.

    read : records looked at. left_out : reason -> number of records, or parts of records, that were left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.read = 0
        self.left_out: Counter[str] = Counter()

    @property
    def notice(self) -> str:
        """What was left out, in a sentence; empty where nothing was."""
        parts = [f"{number} {reason}" for reason, number in self.left_out.most_common()]
        return f"left out of {self.read} records: {', '.join(parts)}" if parts else ""


def collect(
    source: Source, convert: Callable[[Record], T | list[T] | None], limit: int | None = None, spread: bool = False
) -> Loaded[T]:
    """The items that `convert` makes of the records of a source.

    Parameters
    ----------
    convert : an item, several, or None; what it does not use it counts with `record.leave`. A ValueError says that
        the record cannot be read.
    limit : records to use, all by default.
    spread : take those records evenly from the whole of the source, because files are often sorted.

    Raises
    ------
    ValueError
        Where two records in a hundred or more cannot be read (it names the first), where there are none, and where
        `limit` is no number of records.
    """
    counted(limit)
    loaded: Loaded[T] = Loaded()
    faults: list[str] = []
    used = 0
    for record in source.records(max(1, source.count() // limit) if spread and limit else 1):
        if limit is not None and used >= limit and not (faults and loaded.read < _JUDGED):
            break
        loaded.read += 1
        try:
            items = convert(record)
        except ValueError as error:
            faults.append(_located(str(error), record.where))
            continue
        if items is not None and (limit is None or used < limit):
            loaded.extend(items if isinstance(items, list) else [items])
            used += 1
        loaded.left_out.update(record.left_out)
    if not loaded.read:
        raise ValueError(f"{' and '.join(file.name for file in source.files)}: no records")
    _judge(faults, loaded)
    return loaded


def counted(limit: int | None) -> None:
    """ValueError where a limit is no number of records, 1 or more."""
    if limit is not None and (type(limit) is not int or limit < 1):
        raise ValueError(f"limit is {limit!r}; give a whole number from 1 on, or None for all")


def story_group(dataset: str, story: str) -> str:
    """The name of the independent unit of a story: the same for equal stories, whatever a file calls them."""
    return f"{dataset}-{hashlib.sha256(' '.join(story.split()).encode()).hexdigest()[:12]}"


def lettered(options: dict[Any, Any], letter: str, where: str, field: str) -> str:
    """The option that a letter names."""
    if letter not in options:
        raise ValueError(f"{where}: field {field!r} is {letter!r}, not one of {', '.join(map(str, options))}")
    return str(options[letter])


def _located(message: str, where: str) -> str:
    return message if message.startswith(where) else f"{where}: {message}"


def _judge(faults: list[str], loaded: Loaded[Any]) -> None:
    if not faults:
        return
    if len(faults) >= TOLERATED * loaded.read:
        others = f"; {len(faults)} of {loaded.read} records cannot be read, 2 % or more" if loaded.read > 1 else ""
        raise ValueError(f"{faults[0]}{others}")
    loaded.left_out["cannot be read"] += len(faults)
    warnings.warn(f"{len(faults)} of {loaded.read} records skipped, the first: {faults[0]}", stacklevel=4)
