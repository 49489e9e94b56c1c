"""Sheets of turns for people to label: drawn once from a run, stratified, blind and shuffled, and kept beside it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.report import records
from probes import schema
from probes.schema.given.json_text import whole
from probes.schema.given.record import Record

FOLDER, FILE, LOCK = "labels", "sheet.json", ".lock"
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
    with schema.alone(path.with_name(LOCK)):
        if path.is_file() and load(out).digest != sheet.digest:
            raise ValueError(f"{path} was drawn before with other numbers; remove the folder labels/ to begin anew")
        with schema.replacing(path) as stream:
            stream.write(json.dumps(asdict(sheet), indent=1).encode())
    return path


def load(out: str | Path) -> Sheet:
    """The sheet of a run. ValueError where there is none."""
    path = Path(out) / FOLDER / FILE
    try:
        told = Record(path.name, 0, whole(path, dict))
        run, probe, measure, question = (str(told.get(name, str)) for name in ("run", "probe", "measure", "question"))
        classes, labellers = _texts(told, "classes"), _texts(told, "labellers")
        items = tuple(map(_read, told.each("items")))
        return Sheet(run, probe, measure, question, classes, labellers, told.get("seed", int), items)
    except FileNotFoundError:
        raise ValueError(f"{Path(out).name} has no sheet yet: interlocutor label {Path(out).name} --probe NAME --n 200 "
                         "--labellers a,b --overlap 50 draws one") from None  # fmt: skip
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} is no sheet of labels ({error})"[:300]) from error


def _read(item: Record) -> Item:
    told = {name: item.get(name, str) for name in ("id", "key", "cluster", "instrument")}
    turns = [turn.value for turn in item.each("turns")]
    if not all(isinstance(turn, list) and [*map(type, turn)] == [str, str] for turn in turns):
        raise ValueError(f"{item.where}: field 'turns' must hold pairs of role and text")
    return Item(**told, row=item.get("row", int), weight=item.get("weight", (int, float)),
                labellers=_texts(item, "labellers"), turns=tuple((role, text) for role, text in turns))  # fmt: skip


def _texts(record: Record, name: str) -> tuple[str, ...]:
    listed = record.get(name, list)
    if not all(isinstance(text, str) for text in listed):
        raise ValueError(f"{record.where}: field {name!r} must be a list of texts")
    return tuple(listed)
