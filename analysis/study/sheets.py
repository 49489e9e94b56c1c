"""Sheets of turns for people to label: drawn once from a run, stratified, blind and shuffled, and kept beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report import records
from probes import schema

FOLDER, FILE = "labels", "sheet.json"
YES_NO = ("yes", "no")
ADJUDICATED = "adjudicated"
"""Name under which disagreements are settled; what it says takes the place of all other labels of an item."""
INSTRUMENT, ITEM = "instrument", "item"
STATUS = "status"
"""In place of a measure: what became of the question, so that people can say which replies refuse."""
READ = ("ok", "refused", "unscored", "truncated")
"""Statuses that a reader of the reply can tell apart."""


@dataclass(frozen=True)
class Item:
    """One turn to label.

    Parameters
    ----------
    id : names nothing that a labeller could guess from.
    key, row, cluster : the row of the records table it is, and its independent unit.
    instrument : the class that the rule or judge gave it; never shown to a labeller.
    weight : rows of its stratum per labelled one, 1 / probability of being drawn.
    labellers : who is to label it.
    turns : the conversation as (role, text), the turn to label last.
    """

    id: str
    key: str
    row: int
    cluster: str
    instrument: str
    weight: float
    labellers: tuple[str, ...]
    turns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """What is to be labelled, by whom, in the order shown. `digest` tells it from every other sheet."""

    run: str
    probe: str
    measure: str
    question: str
    classes: tuple[str, ...]
    labellers: tuple[str, ...]
    seed: int
    items: tuple[Item, ...]

    @cached_property
    def digest(self) -> str:
        """Of everything on it."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]

    def of(self, labeller: str) -> list[Item]:
        """The items of one labeller in their order. ValueError for somebody who has none."""
        if labeller not in self.labellers:
            raise ValueError(
                f"{labeller!r} labels nothing on this sheet; its labellers are {', '.join(self.labellers)}"
            )
        return [item for item in self.items if labeller in item.labellers]


def instrument(out: str | Path, probe: str, measure: str = "") -> tuple[pd.DataFrame, str]:
    """(rows that can be labelled, with column `instrument` being the class it gave them; the measure).

    Classes are the fact `class` where the probe has one, else yes and no of a measure of zeros and ones; of the
    measure `status` they are READ. Rows that the instrument could not read stay out. ValueError where there is nothing
    to label.
    """
    table = records.rows(out, probe)
    measure = measure or str(table["measure"].iloc[0])
    return classed(table, probe, measure), measure


def classed(table: pd.DataFrame, probe: str, measure: str) -> pd.DataFrame:
    """The rows of a records table that can be labelled, with their class as column `instrument`; see `instrument`."""
    names = list(dict.fromkeys(table["measure"]))
    if measure not in (*names, STATUS):
        raise ValueError(f"{probe} has no measure {measure!r}; it has {', '.join(names)} and {STATUS}")
    rows = table[(table["measure"] == (names[0] if measure == STATUS else measure)) & table["question"].notna()]
    if measure == STATUS:
        return _filled(rows[rows["status"].isin(READ)].assign(instrument=rows["status"]), probe, measure)
    rows = rows[rows["status"] == "ok"]
    if "class" in rows and rows["class"].notna().any():
        rows = rows[rows["class"].notna() & (rows["class"] != "")]
        return _filled(rows.assign(instrument=rows["class"].astype(str)), probe, measure)
    if not rows["value"].isin((0.0, 1.0)).all():
        raise ValueError(f"{measure} of {probe} is neither classes nor yes and no: choose another with --measure")
    return _filled(rows.assign(instrument=rows["value"].map({1.0: "yes", 0.0: "no"})), probe, measure)


def _filled(rows: pd.DataFrame, probe: str, measure: str) -> pd.DataFrame:
    if rows.empty:
        raise ValueError(f"{measure} of {probe} has no reply that was read: there is nothing to label")
    return rows.reset_index(drop=True)


def save(sheet: Sheet, out: str | Path) -> Path:
    """Keep a sheet beside its run. ValueError where another was drawn before: labels belong to one sheet."""
    path = Path(out) / FOLDER / FILE
    if path.is_file() and load(out).digest != sheet.digest:
        raise ValueError(f"{path} was drawn before with other numbers; remove the folder labels/ to begin anew")
    with schema.replacing(path) as stream:
        stream.write(json.dumps(asdict(sheet), indent=1).encode())
    return path


def load(out: str | Path) -> Sheet:
    """The sheet of a run. ValueError where there is none."""
    path = Path(out) / FOLDER / FILE
    if not path.exists():
        raise ValueError(f"{Path(out).name} has no sheet yet: interlocutor label {Path(out).name} --probe NAME --n 200 "
                         "--labellers a,b --overlap 50 draws one")  # fmt: skip
    try:
        told = json.loads(schema.small(path))
        items = tuple(map(_read, told["items"]))
        return _typed(
            Sheet(**{**told, "classes": tuple(told["classes"]), "labellers": tuple(told["labellers"]), "items": items})
        )
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise ValueError(f"{path} is no sheet of labels ({type(error).__name__}: {error})"[:300]) from error


def _typed(held: Any) -> Any:
    """A sheet or item whose fields are of the kinds that they declare. TypeError names the first that is not."""
    kinds = {"str": str, "int": int, "float": int | float}
    for spec in fields(held):
        value, kind = getattr(held, spec.name), kinds.get(str(spec.type))
        texts = value if str(spec.type) == "tuple[str, ...]" else ()
        if (kind and (not isinstance(value, kind) or isinstance(value, bool))) or not all(
            isinstance(text, str) for text in texts
        ):
            raise TypeError(f"{spec.name} is {value!r}, not {spec.type}")
    return held


def _read(item: Mapping[str, Any]) -> Item:
    turns = tuple((str(role), str(text)) for role, text in item["turns"])
    return _typed(Item(**{**item, "labellers": tuple(item["labellers"]), "turns": turns}))
