"""What omitting earlier replies saves and costs: loss of log-probability against the share of context kept."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import style


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
        ax.fill_between(swept["kept"], swept["low"].fillna(swept["value"]), swept["high"].fillna(swept["value"]),
                        color=style.PALETTE[0], alpha=0.15, lw=0)  # fmt: skip
        ax.plot(swept["kept"], swept["value"], color=style.PALETTE[0], marker=".", label="filter, by threshold")
    fixed = points[points["rule"] != "filter"]
    marks = zip(fixed.to_dict("records"), style.MARKERS[1:], style.PALETTE[1:], strict=False)
    for point, marker, colour in marks:
        low, high = (point["value"] if pd.isna(point[side]) else point[side] for side in ("low", "high"))
        ax.errorbar(point["kept"], point["value"], yerr=[[point["value"] - low], [high - point["value"]]], color=colour,
                    marker=marker, capsize=3, ls="none", label=str(point["rule"]))  # fmt: skip
    ax.axhline(0, color=style.SOFT, lw=1, ls="--")
    ax.set(xlabel="context kept, share of characters", ylabel="loss against the full context,\nnats per token")
    if len(points):
        ax.legend(fontsize=9, frameon=False)
    return ax
