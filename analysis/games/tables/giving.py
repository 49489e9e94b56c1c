"""From records of `conditional_giving` and `public_goods` to estimates; funds are the independent units."""

from __future__ import annotations

import pandas as pd

from analysis.games.tables.reference import by_unit
from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate


def decay(played: pd.DataFrame) -> Estimate:
    """Share given in the last round minus in the first, among its like, paired by fund."""
    rows = frame.rows(played, "share")
    rows = rows[rows["seats"] == "self"]
    last, first = rows["round"].max(), rows["round"].min()
    return estimate.between(rows[rows["round"] == last], rows[rows["round"] == first])


def responses(told: pd.DataFrame) -> pd.DataFrame:
    """The parts of the response, and the level of giving."""
    parts = [by_unit(told, measure) for measure in ("response", "own", "heard", "pays", "gives")]
    names = ("response", "own village", "another village", "where it pays", "gives")
    return pd.DataFrame(
        {"given": name, "value": one.value, "low": one.low, "high": one.high, "units": one.units}
        for name, one in zip(names, parts, strict=True)
    )
