"""Shares of known strategies in the matches a model played, with intervals."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.games.tables import mixture
from analysis.games.tables.strategies import matches
from analysis.report import style

COLUMNS = ["strategy", "value", "low", "high", "units"]


def prepare(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Columns strategy, value, low, high, units: the largest share first, the trembling hand last."""
    if not (table["measure"] == "cooperates").any() or matches(table).empty:
        return pd.DataFrame(columns=COLUMNS)
    shares = mixture.mixture(table, rng)[COLUMNS]
    hand = shares["strategy"] == "tremble"
    return pd.concat([shares[~hand].sort_values("value", ascending=False), shares[hand]], ignore_index=True)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Points with intervals; nothing is computed here."""
    ax = ax or plt.subplots(figsize=(7.2, 0.36 * max(len(lines), 3) + 1.0))[1]
    named = lines.assign(strategy=lines["strategy"].str.replace(mixture.JOINT, f"{mixture.JOINT.rstrip()}\n"))
    style.intervals(ax, named, label="strategy")
    ax.set(xlim=(-0.02, 1.02), xlabel="share of matches (tremble: probability of a slip)")
    return ax
