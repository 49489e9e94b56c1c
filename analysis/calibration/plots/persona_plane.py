"""Personas in the plane of accuracy and confidence, each with its joint 95 % confidence ellipse."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from analysis.calibration.tables.contrasts import plane
from analysis.report import style


def prepare(pairs: pd.DataFrame, by: str = "persona") -> pd.DataFrame:
    """One line per persona: see `analysis.calibration.tables.contrasts.plane`."""
    return plane(pairs, by).rename(columns={by: "persona"})


@style.styled
def draw(points: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Right is more accurate, up more confident; the diagonal is calibrated on average; controls are hollow."""
    ax = ax or plt.subplots(figsize=(7.2, 4.8))[1]
    names = points["persona"].astype(str) if len(points) else pd.Series(dtype=str)
    colours = style.colours(names.str.removeprefix("control_"))
    for line, name in zip(points.to_dict("records"), names, strict=True):
        colour, control = colours[name.removeprefix("control_")], name.startswith("control_")
        at = (line["accuracy"], line["confidence"])
        if np.isfinite(line["width"]):
            size = {"width": line["width"], "height": line["height"], "angle": line["angle"]}
            ax.add_patch(
                Ellipse(at, **size, fill=False, edgecolor=colour, linestyle=":" if control else "-", alpha=0.7)
            )
        ax.plot(
            *at, "o", color=colour, markerfacecolor=style.PAPER if control else colour, label=name.replace("_", " ")
        )
    ax.autoscale_view()
    low, high = (pick(*ax.get_xlim(), *ax.get_ylim()) for pick in (min, max))
    ax.plot([low, high], [low, high], color=style.SOFT, linestyle=(0, (4, 3)), linewidth=1)
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal", xlabel="accuracy")
    ax.set_ylabel("mean confidence\n(above the diagonal: overconfident)")
    style.percent(ax, "x")
    style.percent(ax, "y")
    if len(points):
        ax.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)
    return ax
