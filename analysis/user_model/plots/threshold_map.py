"""Shares of acting, asking and silence over the exact probability, a panel's line a stake, best decision named."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import style
from analysis.user_model.tables.acts import decisions

DECISIONS = ("act", "ask", "silent")


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`user_act` before any offer. Columns lose, p, best, decision, value, low, high, units; one row per cell."""
    columns = ["lose", "p", "best", "decision", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    return decisions(table).sort_values(["lose", "p"], kind="stable").reindex(columns=columns).reset_index(drop=True)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Stacked bars, one a cell, under each the points at stake and the probability; a dot marks the best decision."""
    ax = ax or plt.subplots(figsize=(7.4, 4.2))[1]
    cells = list(dict.fromkeys(zip(lines["lose"], lines["p"].round(3), lines["best"], strict=True)))
    base = [0.0] * len(cells)
    for place, decision in enumerate(DECISIONS):
        part = lines[lines["decision"] == decision]
        shares = [float(value) for value in part["value"].astype(float).fillna(0.0)]
        ax.bar(
            range(len(shares)),
            shares,
            bottom=base[: len(shares)],
            color=style.PALETTE[place],
            label=decision,
            width=0.8,
        )
        marks = [(at, base[at] + shares[at] / 2) for at, cell in enumerate(cells) if cell[2] == decision]
        ax.plot([x for x, _ in marks], [y for _, y in marks], "o", color=style.PAPER, markeredgecolor=style.INK)
        base = [low + share for low, share in zip(base, shares, strict=False)] or base
    ax.set_xticks(range(len(cells)), [f"{p:.2f}\n{lose:g}" for lose, p, _ in cells], fontsize=8)
    ax.set_xlabel("probability that the act is wanted, and points lost where it is not")
    style.percent(ax)
    ax.set_ylim(0, 1)
    if cells:
        ax.legend(fontsize=9, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return ax
