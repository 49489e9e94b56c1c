"""Follow-up rate against temperature, a row per perturbation and one the null, with intervals and the paper's mark."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis import user_turn
from analysis.report import limits, style

NULL = "unperturbed, read against another context"


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Rates with intervals: columns perturbation, temperature, value, low, high, units; NULL is a perturbation here."""
    null = user_turn.elsewhere(table).assign(perturbation=NULL)
    lines = pd.concat([user_turn.rates(table, ("perturbation", "temperature")), null], ignore_index=True)
    return lines.dropna(subset=["value"])


@style.styled
def draw(rates: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Points with interval bars, a row per perturbation; nothing is computed here."""
    ax = ax or plt.subplots(figsize=(7.2, 3.8))[1]
    names = list(rates["perturbation"].unique()) if len(rates) else []
    colours = {**style.colours([name for name in names if name != NULL]), NULL: style.SOFT}
    for place, name in enumerate(names):
        part = rates[rates["perturbation"] == name].sort_values("temperature")
        x = part["temperature"] + 0.015 * (place - (len(names) - 1) / 2)
        label = "untouched" if name == "none" else name.replace("_", " ")
        marker = style.MARKERS[place % len(style.MARKERS)]
        dashes = ":" if name == NULL else "-"
        limits.bars(ax, x, part, marker=marker, lw=1.4, ls=dashes, color=colours[name], label=label)
    style.null(ax, user_turn.PAPER["followup_highest"], "paper: at most 22 % hot,\nnear 0 greedy (direction only)")
    ax.set(xlabel="temperature", ylabel="genuine follow-up rate", ylim=(-0.02, 1.02))
    if names:
        ax.legend(title="answer", fontsize=8, frameon=False, ncols=min(len(names), 3), loc="upper left")
    return ax
