"""Task accuracy against follow-up rate, both with intervals: the two need not go together."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis import user_turn
from analysis.report import style


def prepare(table: pd.DataFrame, by: str = "domain") -> pd.DataFrame:
    """One point per level of `by` (model, domain): see `analysis.user_turn.decoupling`; the name is in `label`."""
    points = user_turn.decoupling(table, by)
    return points.rename(columns={by: "label"})


@style.styled
def draw(points: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Points with bars in both directions; nothing is computed here."""
    ax = ax or plt.subplots(figsize=(5, 4))[1]
    for point in points.to_dict("records"):
        x, y = point["accuracy_value"], point["follow_up_value"]
        ax.errorbar(x, y, xerr=_bars(point, "accuracy"), yerr=_bars(point, "follow_up"), fmt="o", capsize=3,
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


def _bars(point: dict[Any, Any], name: str) -> list[list[float]]:
    low, value, high = (point[f"{name}_{part}"] for part in ("low", "value", "high"))
    low, high = (value if limit is None else limit for limit in (low, high))
    return [[max(value - low, 0.0)], [max(high - value, 0.0)]]
