"""People's labels as an instrument of a run: what `-p labels=FOLDER` of a notebook adds to its report.

people = analysis.people("reports/user_turn-17a710657b/labels")    # before the model is asked: wrong labels end here
people.of(table)                                                   # rates as people would give them, with claims
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.report.claims import Claim
from analysis.report.show.html import Shown
from analysis.report.show.tables import table
from analysis.stats.estimate import Estimate
from analysis.study.corrected import rates
from analysis.study.labelled import claims, lines
from analysis.study.labels import lacking, latest
from analysis.study.sheets import FILE, FOLDER, Sheet, classed, load
from probes import schema

NONE = "No labels by people were given (`-p labels=FOLDER`): `interlocutor label RUN --probe NAME` draws a sheet."
JUDGE = "judge_class"
"""Column of the classes that a judge gave, where one read the same rows."""
Found = dict[str, dict[str, Estimate]]


@dataclass(frozen=True)
class Corrected:
    """Rates of one table: `claims` (the corrected ones), `found` by instrument; displays itself as static tables."""

    claims: list[Claim]
    found: dict[str, Found]
    shown: Shown

    def _repr_html_(self) -> str:
        return self.shown._repr_html_()

    def __repr__(self) -> str:
        return repr(self.shown)


@dataclass(frozen=True)
class People:
    """A sheet and the labels on it; without a sheet nothing is corrected, and a report shows nothing of it."""

    sheet: Sheet | None
    labels: pd.DataFrame

    def of(self, *tables: pd.DataFrame) -> Corrected:
        """Rates of the table that the labels belong to: raw, corrected and labelled-only, for rules and judge.

        Parameters
        ----------
        *tables : records tables, whole or a part of their rows; a column `judge_class` is a second instrument.

        Raises
        ------
        ValueError
            Where no table is of the labelled probe, or a labelled turn says something else there: labels of another
            run.
        """
        if self.sheet is None:
            return Corrected([], {}, Shown("", NONE))
        rows = self.fitting(*tables)
        read = {"rules": "instrument", "judge": JUDGE}
        found = {name: rates(self.sheet, rows, self.labels, column) for name, column in read.items() if column in rows}
        told = pd.concat([lines(one).assign(instrument=name) for name, one in found.items()], ignore_index=True)
        caption = f"{self.sheet.probe}: rates as the instrument gives them, corrected by labels, and of labels alone"
        order = ["instrument", *[name for name in told if name != "instrument"]]
        shown = Shown("<h2>Rates as people label them</h2>") + table(told[order], caption, claims="labels")
        return Corrected(claims(found["rules"], self.sheet), found, shown)

    def fitting(self, *tables: pd.DataFrame) -> pd.DataFrame:
        """The rows of `tables` that can be labelled. ValueError where the labels are not theirs, as in `of`."""
        assert self.sheet is not None
        rows = classed(self._own(tables), self.sheet.probe, self.sheet.measure)
        _same(self.sheet, rows)
        return rows

    def _own(self, tables: tuple[pd.DataFrame, ...]) -> pd.DataFrame:
        assert self.sheet is not None
        for one in tables:
            if (one["probe"] == self.sheet.probe).any():
                return one
        there = ", ".join(str(name) for one in tables for name in one["probe"].unique()) or "none"
        raise ValueError(f"the labels of {self.sheet.run} are of {self.sheet.probe}; the probes here are {there}")


def people(folder: str | Path) -> People:
    """The labels of a run, to be used as an instrument.

    Parameters
    ----------
    folder : the folder `labels` of a labelled run, or the run itself; empty: there are none.

    Returns
    -------
    People

    Raises
    ------
    ValueError
        Where there is no sheet, or no label on it.

    Examples
    --------
    >>> people("").of().claims
    []
    >>> people("reports/no_such_run/labels")
    Traceback (most recent call last):
    ...
    ValueError: reports/no_such_run/labels holds no sheet of labels: give the folder labels/ of a labelled run ...
    """
    if not str(folder):
        return People(None, pd.DataFrame())
    given = Path(folder).expanduser()
    run = given.parent if given.name == FOLDER else given
    if not (run / FOLDER / FILE).is_file():
        raise ValueError(f"{given} holds no sheet of labels: give the folder labels/ of a labelled run "
                         "(interlocutor label RUN --probe NAME draws a sheet)")  # fmt: skip
    sheet = load(run)
    labels = latest(run, sheet)
    if labels.empty:
        raise ValueError(f"{given} {lacking(run, sheet)}")
    return People(sheet, labels)


def _same(sheet: Sheet, rows: pd.DataFrame) -> None:
    """ValueError where what was labelled is not what these rows say, or nothing of it is here."""
    here = dict(zip(zip(rows["key"], rows["row"], strict=True), rows["text"], strict=True))
    items = [item for item in sheet.items if (item.key, item.row) in here]
    other = [item for item in items if not _said(item.turns[-1][1], here[item.key, item.row])]
    if not items or other:
        many = f"{len(other)} of {len(items)} labelled turns say something else here" if items else "no turn is here"
        raise ValueError(f"labels of another run: {many}; they belong to {sheet.run} ({sheet.probe})")


def _said(labelled: str, row: Any) -> bool:
    """Whether a labelled turn, which has the reply's beginning before it, is that of a row."""
    return str(schema.storable(labelled)).endswith("" if pd.isna(row) else str(row))
