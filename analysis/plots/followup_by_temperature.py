"""Follow-up rate against temperature, a line a perturbation, with intervals by context and the paper's marks."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis import user_turn
from analysis.plots import style


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Rates with intervals: columns perturbation, temperature, value, low, high, units."""
    return user_turn.rates(table, ("perturbation", "temperature")).dropna(subset=["value"])


@style.styled
def draw(rates: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Points with interval bars, lines in steps of perturbation; nothing is computed here."""
    ax = ax or plt.subplots(figsize=(6, 3.6))[1]
    names = list(rates["perturbation"].unique()) if len(rates) else []
    for place, name in enumerate(names):
        part = rates[rates["perturbation"] == name].sort_values("temperature")
        bars = [(part["value"] - part["low"]).clip(lower=0), (part["high"] - part["value"]).clip(lower=0)]
        x = part["temperature"] + 0.015 * (place - (len(names) - 1) / 2)
        ax.errorbar(x, part["value"], yerr=bars, marker="o", capsize=3, lw=1.4, label=name.replace("_", " "))
    ax.axhline(user_turn.PAPER["followup_highest"], color=style.SOFT, ls=":", lw=1)
    mark, note = user_turn.PAPER["followup_highest"], "paper: at most 22 % hot, near 0 greedy (direction only)"
    across = ax.get_yaxis_transform()
    ax.text(0.99, mark, note, ha="right", va="bottom", fontsize=7, color=style.SOFT, transform=across)
    ax.set(xlabel="temperature", ylabel="genuine follow-up rate", ylim=(-0.02, 1.02))
    if names:
        ax.legend(title="answer", fontsize=8, frameon=False)
    return ax
