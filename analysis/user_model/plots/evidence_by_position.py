"""What each line of a person weighs in the belief about them, by its place in the diary."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.report import style
from analysis.user_model.tables import positions


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`positions` of completions: columns term, value, low, high."""
    columns = ["term", "value", "low", "high"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    return positions(table).rename(columns={"estimate": "value"}).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval a line of the diary."""
    xlabel = "weight in the belief, nats for an act done over the other done"
    return style.forest(lines, "term", (0.0, "not counted"), xlabel, ax)
