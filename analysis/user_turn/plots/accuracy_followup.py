"""Task accuracy against follow-up rate, both with intervals: the two need not go together."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis import user_turn
from analysis.report import limits, style


def prepare(table: pd.DataFrame, by: str = "domain") -> pd.DataFrame:
    """One point per level of `by` (model, domain): see `analysis.user_turn.decoupling`; the name is in `label`."""
    points = user_turn.decoupling(table, by)
    return points.rename(columns={by: "label"})


@style.styled
def draw(points: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Points with bars in both directions; nothing is computed here."""
    ax = ax or plt.subplots(figsize=(5, 4))[1]
    for point in points.to_dict("records"):
        x, y = ([point[f"{name}_{part}"] for part in ("value", "low", "high")] for name in ("accuracy", "follow_up"))
        ax.errorbar(x[0], y[0], xerr=limits.lengths(*x), yerr=limits.lengths(*y), fmt="o", capsize=3,
                    label=str(point["label"]))  # fmt: skip
    for mark in ("gsm8k_small", "gsm8k_large"):
        ax.axvline(user_turn.PAPER[mark], color=style.SOFT, ls=":", lw=1)
    known = "paper's GSM8K range:\n41 to 96.8 % (direction only)"
    ax.text(user_turn.PAPER["gsm8k_small"] + 0.015, 1.0, known, fontsize=8, color=style.SOFT, va="top")
    ax.set(
        xlabel="answers that pass their check", ylabel="genuine follow-up rate", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02)
    )
    if len(points):
        ax.legend(fontsize=8, frameon=False)
    return ax
