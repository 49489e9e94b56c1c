"""What each line of a person weighs in the belief about them, by its place in the diary."""

from __future__ import annotations

import matplotlib.pyplot as plt
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
    ax = ax or plt.subplots(figsize=(6.4, 0.4 * max(len(lines), 2) + 1.2))[1]
    style.intervals(ax, lines, "term")
    style.null(ax, 0.0, "not counted", axis="x")
    ax.set_xlabel("weight in the belief, nats for an act done over the other done")
    return ax
