"""Cooperation after a single defection, minus cooperation with a partner that never defected."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.games.tables.rounds import LAST_DEFECTION, after_defection
from analysis.report import limits, style

COLUMNS = ["round", "value", "low", "high", "units"]


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Columns round, value, low, high, units; pairs of matches that differ in the one defection."""
    if table.empty:
        return pd.DataFrame(columns=COLUMNS)
    rounds = sorted(int(number) for number in table["round"].unique())
    lines = [{"round": number, **after_defection(table, number).record()} for number in rounds]
    return pd.DataFrame(lines)[COLUMNS]


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A line with its band; 0 is a partner that is treated as if nothing had happened."""
    ax = ax or plt.subplots(figsize=(7.2, 3.4))[1]
    part = lines.astype({"round": float, "value": float})
    limits.band(ax, part["round"], part, color=style.PALETTE[0])
    ax.plot(part["round"], part["value"], marker="o", color=style.PALETTE[0])
    ax.axvline(LAST_DEFECTION + 0.5, color=style.PALETTE[1], lw=1.2, ls=":")
    at = (LAST_DEFECTION + 0.4, 0.97)
    ax.annotate("the partner defects", at, xycoords=("data", "axes fraction"), ha="right", va="top", fontsize="small",
                color=style.PALETTE[1])  # fmt: skip
    style.null(ax, 0.0, "forgiven")
    ax.set(xlabel="round", ylabel="difference in P(cooperate)")
    if len(part):
        ax.set_xticks(part["round"])
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, -0.25), max(high, 0.25))
    return ax
