"""How far a listener moves after each card, on the rising and on the falling scale."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.persuasion.tables import shifts
from analysis.report import style

NAMES = {"fitting": "fits", "other": "another value", "contrary": "against", "filler": "remark"}
SCALES = {"upward": "5 agrees", "downward": "1 agrees"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`opinion`: columns label, value, low, high, units; one row per card and scale."""
    columns = ["label", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = shifts(table)
    labels = [f"{NAMES.get(card, card)}, {SCALES.get(scale, scale)}"
              for card, scale in zip(lines["card"], lines["scale"], strict=True)]  # fmt: skip
    return lines.assign(label=labels).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval for each card and scale."""
    ax = ax or plt.subplots(figsize=(6.8, 0.45 * max(len(lines), 2) + 1.2))[1]
    style.intervals(ax, lines, "label")
    style.null(ax, 0.0, "unmoved", axis="x")
    ax.set_xlabel("shift of agreement, points of a scale from 1 to 5")
    return ax
