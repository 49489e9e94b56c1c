"""Reliability diagram: share correct against stated confidence, with the band of a calibrated model and the counts."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.calibration.tables.bands import reliability
from analysis.report import style


def prepare(pairs: pd.DataFrame, bins: int = 10, seed: int = 0) -> pd.DataFrame:
    """Bins of a table with confidence, correct and cluster: see `analysis.calibration.tables.bands.reliability`."""
    return reliability(pairs, np.random.default_rng(seed), bins)


@style.styled
def draw(bins: pd.DataFrame, ax: Axes | None = None, small: bool = False) -> Axes:
    """Points on the diagonal are calibrated; the grey bars are where 95 % of calibrated models would put them.

    A point is as large as its share of the answers; counts stand at the foot. `small` leaves out labels.
    """
    ax = ax or plt.subplots(figsize=(4.8, 4.8))[1]
    ax.plot([0, 1], [0, 1], color=style.SOFT, linestyle=(0, (4, 3)), linewidth=1)
    ax.vlines(bins["confidence"], bins["null_low"], bins["null_high"], color=style.SOFT, alpha=0.4,
              linewidth=4 if small else 9)  # fmt: skip
    ax.plot(bins["confidence"], bins["correct"], color=style.PALETTE[0], linewidth=1)
    share = bins["count"] / max(bins["count"].sum(), 1)
    area = 8 + share.astype(float) * (90 if small else 220)
    ax.scatter(bins["confidence"], bins["correct"], s=area, color=style.PALETTE[0], zorder=3)
    ax.set(xlim=(-0.04, 1.04), ylim=(-0.13, 1.04), aspect="equal")
    ax.set_yticks([0, 0.5, 1] if small else [0, 0.2, 0.4, 0.6, 0.8, 1])
    if small:
        ax.set_xticks([0, 0.5, 1])
        return ax
    last = -1.0
    for x, count in zip(bins["confidence"], bins["count"], strict=True):
        if x - last > 0.055:
            ax.annotate(f"{count}", (x, -0.07), ha="center", va="center", fontsize="x-small", color=style.SOFT)
            last = x
    ax.set(xlabel="stated confidence\n(grey: a calibrated model; numbers: answers)", ylabel="share correct")
    style.percent(ax, "x")
    style.percent(ax, "y")
    if not len(bins):
        ax.annotate("nothing could be scored", (0.5, 0.5), ha="center", color=style.SOFT)
    return ax
