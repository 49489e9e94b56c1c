"""Weights of task, certainty and current value before the log tells the value, just after, and after idle days."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import limits, style
from analysis.user_model.tables import weights

DEPTHS = ("before", "after", "later")
NAMES = {"w_task": "right task", "w_sure": "certainty", "w_current": "current value", "stated": "value when asked"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`timeline`: columns measure, depth, value, low, high, units; depths in order."""
    columns = ["measure", "depth", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = weights(table)
    order = lines["depth"].map({name: place for place, name in enumerate(DEPTHS)})
    return lines.assign(order=order).sort_values(["measure", "order"]).reindex(columns=columns).reset_index(drop=True)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """One line per weight over the depths, with intervals."""
    ax = ax or plt.subplots(figsize=(6.8, 4.0))[1]
    for place, (measure, part) in enumerate(lines.groupby("measure", sort=False)):
        x = [list(DEPTHS).index(depth) + 0.04 * place for depth in part["depth"]]
        limits.bars(ax, x, part, marker=style.MARKERS[place % 6], color=style.PALETTE[place % 6],
                    label=NAMES.get(str(measure), str(measure)))  # fmt: skip
    ax.set_xticks(range(len(DEPTHS)), ["before it is told", "just after", "after idle days"])
    ax.set_xlim(-0.3, len(DEPTHS) - 0.5)
    style.null(ax, 0.0, "no weight")
    ax.set_ylabel("weight in the reply, nats")
    if len(lines):
        ax.legend(fontsize=9)
    return ax
