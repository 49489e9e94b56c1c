"""Who earns how much against whom: mean total points of a match."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from analysis.games.tables import scores
from analysis.report import style

SHADES = LinearSegmentedColormap.from_list("points", ["#ffffff00", "#0072b2b0"])
"""From nothing to blue, clear enough for dark and for light ground."""


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Players down, opponents across, mean total points of the player."""
    if not (table["measure"] == "points").any():
        return pd.DataFrame()
    return scores.totals(table).rename(index=_plain, columns=_plain)


@style.styled
def draw(matrix: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Shaded cells with their numbers; an empty cell was not played."""
    rows, columns = max(len(matrix), 1), max(len(matrix.columns), 1)
    ax = ax or plt.subplots(figsize=(max(0.85 * columns + 1.8, 5.2), 0.42 * rows + 1.6))[1]
    values = matrix.to_numpy(dtype=float) if matrix.size else np.full((1, 1), np.nan)
    ax.imshow(values, cmap=SHADES, vmin=0, aspect="auto")
    for (i, j), value in np.ndenumerate(values):
        ax.text(j, i, "–" if np.isnan(value) else f"{value:.0f}", ha="center", va="center", color="black")
    ax.set_xticks(range(len(matrix.columns)), matrix.columns, rotation=35, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(len(matrix)), matrix.index)
    ax.xaxis.set_ticks_position("top")
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("mean total points of a match")
    return ax


def _plain(name: str) -> str:
    return str(name).replace("_", " ")
