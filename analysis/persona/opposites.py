"""The reversed trait as a control: does the other end of an axis do the opposite, or the same?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.persona.shifts import CELL, adjusted, shifts


def opposites(table: pd.DataFrame, measure: str = "hit", by: Sequence[str] = CELL, alpha: float = 0.05) -> pd.DataFrame:
    """Score under the high end of a trait minus score under its low end, paired by item: columns as of `shifts`.

    One line a cell, under the name of the high end, with `reversed`, the name of the low one. Only traits of which the
    table holds exactly one persona an end; empty where there is none. What both ends do alike, a persona does by being
    one, not by its trait: this difference is free of it.
    """
    known = table if {"trait", "level"} <= set(table) else table.iloc[:0].assign(trait="", level=0)
    spoken = known[(known["guise"] == "persona") & (known["level"] != 0)]
    names = spoken.groupby(["trait", "level"], observed=True)["persona"].agg(["nunique", "first"])
    ends = names[names["nunique"] == 1]["first"].unstack("level").reindex(columns=[1, -1]).dropna()
    high = spoken[spoken["persona"].isin(ends[1])]
    low = spoken[spoken["persona"].isin(ends[-1])]
    if high.empty:
        return adjusted(pd.DataFrame(), list(by)).assign(reversed="")
    facing = pd.concat([high, low.assign(guise="control", persona=low["trait"].map(ends[1]))], ignore_index=True)
    lines = shifts(facing, measure, "control", by, alpha)
    other = dict(zip(ends[1], ends[-1], strict=True))
    return lines.assign(against="reversed trait", reversed=lines["persona"].map(other))
