"""What an attribute weighs in picks against what is said of it."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.choices.tables import beside
from analysis.report import limits, style

SIDES = ("value", "low", "high")


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Columns attribute, value, low, high (nats), value_stated, low_stated, high_stated (points)."""
    columns = ["attribute", *SIDES, *(f"{side}_stated" for side in SIDES)]
    return pd.DataFrame(columns=columns) if table.empty else beside(table)[columns]


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A cross for each attribute: intervals over pools of both weights; named where one of them is told from 0."""
    ax = ax or plt.subplots(figsize=(6.4, 4.6))[1]
    style.null(ax, 0.0, "", axis="x")
    style.null(ax, 0.0, "", axis="y")
    said = lines[[f"{side}_stated" for side in SIDES]].set_axis(SIDES, axis=1)
    limits.bars(ax, lines["value"].astype(float), said, fmt="o", linewidth=0.8)
    limits.bars(ax, said["value"].astype(float), lines, axis="x", fmt="none", linewidth=0.8)
    told = (lines["low"] * lines["high"] > 0) | (said["low"] * said["high"] > 0)
    for name, x, y in zip(lines["attribute"][told], lines["value"][told], said["value"][told], strict=True):
        ax.annotate(str(name), (x, y), xytext=(4, 4), textcoords="offset points", fontsize="small")
    ax.set_xlabel("weight shown in picks, nats")
    ax.set_ylabel("weight stated, points")
    return ax
