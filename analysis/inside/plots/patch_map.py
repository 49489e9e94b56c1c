"""Which layers and positions carry a shift: what a patch from the shifted run brings back."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.inside.tables import carrying
from analysis.report import limits, style

POSITIONS = {
    "last": "the last position, where the answer is read",
    "before": "the common words before it",
    "all": "all common positions",
}


def prepare(patched: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Change by positions and layer beside the whole gap (`analysis.inside.tables.carrying.carried`)."""
    lines = carrying.carried(patched, rng)
    return lines.assign(layer=lines["site"].astype(str).str.split(".").str[1].astype(float))


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A curve a group of positions; zero is the base, the band is the whole shift; filled marks pass max-T."""
    ax = ax or plt.subplots(figsize=(7.2, 3.8))[1]
    for place, name in enumerate(dict.fromkeys(lines["positions"])):
        part = lines[lines["positions"] == name]
        colour, marker = style.PALETTE[place % 6], style.MARKERS[place % 6]
        limits.bars(ax, part["layer"], part, color=colour, marker=marker, mfc=style.PAPER,
                    label=POSITIONS.get(name, str(name)))  # fmt: skip
        beyond = part[part["p"].astype(float) < 0.05]
        ax.plot(beyond["layer"], beyond["value"], ls="none", marker=marker, color=colour)
    for line in lines.head(1).astype({name: float for name in ("gap", "gap_low", "gap_high")}).to_dict("records"):
        ax.axhspan(line["gap_low"], line["gap_high"], color=style.SOFT, alpha=0.18, lw=0)
        style.null(ax, line["gap"], "whole\nshift")
    style.null(ax, 0.0, "base")
    ax.set(xlabel="patched after block", ylabel="change of log-odds, nats")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if len(lines):
        ax.legend(fontsize="small")
    return ax
