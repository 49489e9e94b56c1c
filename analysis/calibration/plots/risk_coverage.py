"""Error rate among the answers kept as the least confident are given up: does confidence know which to drop?"""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import style
from analysis.stats.metrics.risk_coverage import risk_coverage

SHOWN, FEWEST = 3, 5


def prepare(pairs: pd.DataFrame, by: str = "kind") -> pd.DataFrame:
    """One line per kind and distinct confidence: coverage, risk, answers kept; area and error rate of the kind."""
    parts = []
    for name, part in pairs.dropna(subset=["confidence", "correct"]).groupby(by, sort=False, observed=True):
        curve = risk_coverage(part["confidence"], part["correct"])
        shared = {"kind": name, "area": curve.area, "error": 1 - part["correct"].mean()}
        kept = curve.coverage * len(part)
        parts.append(pd.DataFrame({"coverage": curve.coverage, "risk": curve.risk, "kept": kept}).assign(**shared))
    columns = ["coverage", "risk", "kept", "kind", "area", "error"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


@style.styled
def draw(curves: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """The three kinds of smallest area in colour, the others grey; useless confidence stays at the dashed error rate.

    Curves begin at five answers kept: before, one answer is a large part of the rate. Kinds read less than ten times
    are not drawn.
    """
    ax = ax or plt.subplots(figsize=(7.2, 4.2))[1]
    held = curves[curves.groupby("kind")["kept"].transform("max") >= 2 * FEWEST]
    order = list(held.drop_duplicates("kind").sort_values("area")["kind"])
    for place, kind in reversed(list(enumerate(order))):
        whole = curves[curves["kind"] == kind]
        part, best = whole[(whole["kept"] >= FEWEST) | (whole["coverage"] == 1)], place < SHOWN
        label = f"{str(kind).replace('_', ' ')}, area {part['area'].iloc[0]:.2f}"
        colour, width = (style.PALETTE[place], 1.8) if best else (style.SOFT, 0.8)
        ax.plot(part["coverage"], part["risk"], color=colour, linewidth=width, label=label if best else "_")
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="answers kept, most confident first", ylabel="wrong among those kept")
    style.percent(ax, "x")
    style.percent(ax, "y")
    if order:
        style.null(ax, float(curves["error"].median()), "no\ninformation")
        ax.legend(fontsize="small", loc="lower right", reverse=True)
    else:
        ax.annotate("nothing could be scored", (0.5, 0.5), ha="center", color=style.SOFT)
    return ax
