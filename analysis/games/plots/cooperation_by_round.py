"""Cooperation round by round, a row per opponent, with intervals over matches."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import limits, style
from analysis.stats import estimate


def prepare(table: pd.DataFrame, by: str = "opponent", measure: str = "p_cooperate") -> pd.DataFrame:
    """Columns `line` (level of `by`), round, value, low, high, units."""
    if not (table["measure"] == measure).any():
        return pd.DataFrame(columns=["line", "round", "value", "low", "high", "units"])
    cells = estimate.by(table, measure, [by, "round"]).rename(columns={by: "line"})
    return cells[["line", "round", "value", "low", "high", "units"]].sort_values(["line", "round"])


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None, label: str = "probability of cooperation") -> Axes:
    """Lines with their names at the right end and bands for the intervals; nothing is computed here."""
    ax = ax or plt.subplots()[1]
    for place, (name, part) in enumerate(lines.groupby("line", sort=False)):
        colour = style.PALETTE[place % 6]
        ax.plot(part["round"], part["value"].astype(float), color=colour, marker=style.MARKERS[place % 6], ms=4,
                label=str(name).replace("_", " "))  # fmt: skip
        limits.band(ax, part["round"], part, color=colour)
    ax.set(xlabel="round", ylabel=label, ylim=(-0.03, 1.03))
    if len(lines):
        ax.set_xticks(sorted(lines["round"].unique()))
        style.direct(ax)
    style.null(ax, 0.5, "" if len(lines) else "chance")
    return ax
