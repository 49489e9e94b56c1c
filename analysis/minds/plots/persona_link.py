"""Does theory of mind move where the trait moves? One mark a persona, with both intervals."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import minds
from analysis.report import style


def prepare(tom: pd.DataFrame, inventory: pd.DataFrame) -> pd.DataFrame:
    """One row per persona that names a trait: see `analysis.persona.linked`."""
    return minds.linked(tom, inventory)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Right: the trait moved as named; up or down: accuracy moved. The number of personas stands in the label."""
    ax = ax or plt.subplots(figsize=(7.2, 4.0))[1]
    colours = style.colours(sorted(lines["persona"])) if len(lines) else {}
    for place, line in enumerate(lines.to_dict("records")):
        x, y, colour = float(line["controllability"]), float(line["shift"]), colours[line["persona"]]
        ax.plot([line["controllability_low"], line["controllability_high"]], [y, y], color=colour, linewidth=1.5)
        ax.plot([x, x], [line["low"], line["high"]], color=colour, linewidth=1.5)
        marks, name = style.MARKERS, str(line["persona"]).replace("_", " ")
        marker = marks[(place + place // len(marks)) % len(marks)]
        ax.plot([x], [y], marker, color=colour, label=name, linestyle="")
    style.null(ax, 0.0, "", axis="x")
    style.null(ax, 0.0, "no shift", axis="y")
    style.percent(ax, "y")
    rho = lines["rho"].iloc[0] if len(lines) else None
    rank = f"rank correlation {rho:+.2f}" if rho is not None and np.isfinite(rho) else "too few for a correlation"
    ax.set_xlabel(f"change of the named trait, SD of the statements\n{len(lines)} personas: {rank}; no test is made")
    ax.set_ylabel("accuracy relative to\nlength-matched filler")
    if len(lines):
        ax.legend(loc="center left", bbox_to_anchor=(1.12, 0.5), fontsize="small")
    return ax
