"""The personality a model shows under each persona: trait scores by axis, with intervals."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import minds
from analysis.report import style


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Trait scores of nobody and of every persona (controls apart), pooled over placements and wordings."""
    lines = minds.traits(table, by=("persona", "guise", "axis"))
    return lines[lines["guise"] != "control"].reset_index(drop=True)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A row per axis, a colour and a mark a persona; `no persona` in grey."""
    axes = list(dict.fromkeys(lines["axis"])) if len(lines) else []
    names = list(dict.fromkeys(lines["persona"])) if len(lines) else []
    ax = ax or plt.subplots(figsize=(7.2, 1.1 + (0.16 * len(names) + 0.2) * max(len(axes), 2)))[1]
    colours = style.colours([name for name in names if name != "none"]) | {"none": style.SOFT}
    for place, name in enumerate(names):
        part = lines[lines["persona"] == name].set_index("axis").reindex(axes)
        numbers = part[["value", "low", "high"]].astype(float)
        rows = np.arange(len(axes)) + 0.7 * (place - (len(names) - 1) / 2) / max(len(names), 1)
        ax.hlines(rows, numbers["low"], numbers["high"], color=colours[name], linewidth=1.8)
        label = "no persona" if name == "none" else str(name).replace("_", " ")
        marker = style.MARKERS[place % len(style.MARKERS)]
        ax.plot(numbers["value"], rows, marker, color=colours[name], markersize=5, label=label, linestyle="")
    ax.set_yticks(range(len(axes)), axes)
    ax.set_ylim(max(len(axes), 1) - 0.5, -0.6)
    ax.grid(visible=False, axis="y")
    for edge in np.arange(len(axes) - 1) + 0.5:
        ax.axhline(edge, color=style.SOFT, linewidth=0.4)
    style.null(ax, 3.0, "middle", axis="x")
    ax.set_xlim(1, 5)
    ax.set_xlabel("points towards the axis (1 to 5)")
    if names:
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize="small")
    return ax
