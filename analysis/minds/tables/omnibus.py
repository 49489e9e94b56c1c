"""Asked before any pair: does anything differ at all?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.minds.tables.shifts import adjusted, baseline
from analysis.stats import frame
from analysis.stats.fits import cochran_q
from analysis.stats.fits._fit import Fit
from analysis.stats.turns import plain

DIFFERS, ALIKE, UNTESTED = "something differs", "no difference shown", "not tested"


def omnibus(table: pd.DataFrame, by: Sequence[str] = ("placement", "task"), alpha: float = 0.05) -> pd.DataFrame:
    """Cochran's Q over the no-persona baseline and all personas, each in the first wording that a scene was asked in.

    One row per cell of `by`; Holm over all of them. Columns beside `by`: units, changed (scenes that are not the same
    under all), q, df, p, adjusted, rejected, reading. A cell with several items a scene, or in which so few
    scenes changed that chi-squared does not hold, is not tested and says so.
    """
    rows = frame.rows(plain(table), "hit")
    spoken, nobody = rows[rows["guise"] == "persona"], rows[rows["guise"] == "none"]
    lines = []
    for cell, part in spoken.groupby(list(by), observed=True, sort=False):
        facts = dict(zip(by, cell if isinstance(cell, tuple) else (cell,), strict=True))
        fit = _cochran(pd.concat([part, baseline(nobody, "none", facts)]).sort_values("wording", kind="stable"))
        counts = {"units": fit.units, "changed": fit.details.get("units_changing")}
        lines.append(facts | counts | {"q": fit.statistic, "df": fit.df, "p": fit.p, "reason": fit.reason})
    done = adjusted(pd.DataFrame(lines), list(by), alpha)
    return done.assign(reading=[_reading(line) for line in done.to_dict("records")]).drop(columns="reason")


def _cochran(rows: pd.DataFrame) -> Fit:
    first = rows.drop_duplicates(["persona", "item"])
    if first.duplicated(["persona", "cluster"]).any():
        several = "a scene gives several items: they are not independent"
        return Fit("cochran_q", cochran_q.ASSUMPTION, reason=several)
    return cochran_q.cochran_q(first.pivot(index="item", columns="persona", values="value").to_numpy())


def _reading(line: Mapping[Any, Any]) -> str:
    if line["reason"]:
        few = line["changed"] is not None and line["changed"] == line["changed"]
        return f"{UNTESTED}: {'too few scenes changed' if few else line['reason']}"
    return DIFFERS if line["rejected"] else ALIKE
