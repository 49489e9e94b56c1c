"""What a rank, the last word, ten words and urgency add to what somebody wants."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.instructions.conflicts import weights
from analysis.report import style

NAMES = {"ranks_more": "a rank", "last": "the last word", "words_more": "ten words more", "urgent": "urgency"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`principals`: columns label, value, low, high, units; one row per weight."""
    columns = ["label", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = weights(table)
    return lines.assign(label=lines["weight"].map(NAMES)).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval for each weight."""
    ax = ax or plt.subplots(figsize=(6.8, 0.5 * max(len(lines), 2) + 1.2))[1]
    style.intervals(ax, lines, "label")
    style.null(ax, 0.0, "no weight", axis="x")
    ax.set_xlabel("nats for what somebody wants")
    return ax
