"""What omitting earlier replies saves and costs: loss of log-probability against the share of context kept."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import limits, style


def prepare(curve: pd.DataFrame) -> pd.DataFrame:
    """Points to draw from `analysis.contrast.tradeoff`: rule, threshold, kept, value, low, high; equal points once."""
    points = curve[["rule", "threshold", "kept", "value", "low", "high"]].copy()
    for name in ("kept", "value", "low", "high"):
        points[name] = points[name].astype(float)
    points = points.dropna(subset=["kept", "value"])
    return points.drop_duplicates(["rule", "kept", "value"]).sort_values(["rule", "kept"], ignore_index=True)


@style.styled
def draw(points: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """The filter's curve with its band, the fixed rules as marks; nothing is computed here."""
    ax = ax or plt.subplots(figsize=(6.4, 4.0))[1]
    swept = points[points["rule"] == "filter"]
    if len(swept):
        limits.band(ax, swept["kept"], swept, color=style.PALETTE[0])
        ax.plot(swept["kept"], swept["value"], color=style.PALETTE[0], marker=".", label="filter, by threshold")
    fixed = points[points["rule"] != "filter"].groupby("rule", sort=False)
    for (rule, point), marker, colour in zip(fixed, style.MARKERS[1:], style.PALETTE[1:], strict=False):
        limits.bars(ax, point["kept"], point, color=colour, marker=marker, ls="none", label=str(rule))
    ax.axhline(0, color=style.SOFT, lw=1, ls="--")
    ax.set(xlabel="context kept, share of characters", ylabel="loss against the full context,\nnats per token")
    if len(points):
        ax.legend(fontsize=9, frameon=False)
    return ax
