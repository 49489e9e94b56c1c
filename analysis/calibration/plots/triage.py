"""Triage confusion: how urgent the model judged patients of each true urgency, by persona and setting."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.calibration.tables.triage import LEVELS, confusion
from analysis.report import style


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Counts and shares: see `analysis.calibration.tables.triage.confusion`."""
    return confusion(table)


@style.styled
def draw(counts: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A square a persona (across) and setting (down); rows are the truth, columns the judgement, framed where right."""
    personas, settings = (list(pd.unique(counts[name])) for name in ("persona", "setting"))
    across, down = max(len(personas), 1), max(len(settings), 1)
    ax = ax or plt.subplots(figsize=(1.7 + 1.9 * across, 1.2 + 2.0 * down), layout="none")[1]
    ax.set_axis_off()
    left, foot, head = 1.5 / (1.7 + 1.9 * across), 0.75 / (1.2 + 2.0 * down), 0.2 / (1.2 + 2.0 * down)
    ax.set_position((left, foot, 0.99 - left, 1 - foot - head))
    for row, setting in enumerate(settings):
        for column, persona in enumerate(personas):
            part = counts[(counts["persona"] == persona) & (counts["setting"] == setting)]
            inset = ax.inset_axes(((column + 0.04) / across, 1 - (row + 0.96) / down, 0.92 / across, 0.86 / down))
            _square(inset, part)
            if row == 0:
                inset.set_title(str(persona).replace("_", " "), fontsize="small")
            inset.set_yticks(range(len(LEVELS)), LEVELS if column == 0 else [""] * len(LEVELS), fontsize="x-small")
            if column == 0:
                inset.set_ylabel(f"{setting} care\ntrue urgency", fontsize="small")
            bottom = row == len(settings) - 1
            inset.set_xticks(
                range(len(LEVELS)), LEVELS if bottom else [""] * len(LEVELS), fontsize="x-small", rotation=40
            )
    if not personas:
        ax.annotate("nothing could be scored", (0.5, 0.5), xycoords="axes fraction", ha="center", color=style.SOFT)
    return ax


def _square(ax: Axes, part: pd.DataFrame) -> None:
    levels = list(LEVELS)
    shares, numbers = (
        part.pivot_table(index="truth", columns="answer", values=name)
        .reindex(index=levels, columns=levels)
        .to_numpy(float)
        for name in ("share", "count")
    )
    ax.imshow(shares, vmin=0, vmax=1, cmap="Blues", aspect="auto")
    for (y, x), share in np.ndenumerate(shares):
        if np.isfinite(share):
            ink = "white" if share > 0.55 else "black"
            ax.annotate(f"{numbers[y, x]:.0f}", (x, y), ha="center", va="center", fontsize="small", color=ink)
    for k in range(len(levels)):
        ax.add_patch(Rectangle((k - 0.5, k - 0.5), 1, 1, fill=False, edgecolor=style.PALETTE[1], linewidth=1.3))
    ax.grid(visible=False)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
