"""What the user turns are: stacked shares of the six classes by temperature."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis import user_turn
from analysis.report import style

COLOURS = ("#0072b2", "#e69f00", "#d55e00", style.SOFT, "#56b4e9", "#cc79a7")
"""In the order of the classes; told apart by people with any colour vision (Okabe & Ito)."""


def prepare(table: pd.DataFrame, by: str = "temperature") -> pd.DataFrame:
    """Shares: index = levels of `by`, columns = classes in the order of the report."""
    shares = user_turn.composition(table, (by,))
    return shares.pivot(index=by, columns="class", values="value").reindex(columns=list(user_turn.CLASSES))


@style.styled
def draw(shares: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Stacked bars; nothing is computed here."""
    ax = ax or plt.subplots(figsize=(6, 3.6))[1]
    bottom = pd.Series(0.0, index=shares.index)
    for name, colour in zip(shares.columns, COLOURS, strict=False):
        heights = shares[name].fillna(0.0)
        ax.bar([str(level) for level in shares.index], heights, bottom=bottom, color=colour, width=0.7,
               edgecolor=style.PAPER, label=name.replace("_", " "))  # fmt: skip
        bottom = bottom + heights
    ax.set(xlabel=str(shares.index.name or ""), ylabel="share of user turns", ylim=(0, 1))
    if len(shares):
        ax.legend(fontsize=8, frameon=False, bbox_to_anchor=(1.01, 1), loc="upper left")
    return ax
