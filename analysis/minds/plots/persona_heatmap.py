"""Personas by tasks: the shift against the control in colour and figures, with its interval in every cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import minds
from analysis.report import style

_DARK = 0.65
"""Share of the colour scale from which figures are written in white."""


def prepare(table: pd.DataFrame, measure: str = "hit", against: str = "control") -> pd.DataFrame:
    """Shifts pooled over placements, one row per persona and task."""
    return minds.shifts(table, measure, against, by=("persona", "task"))


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Blue is up, red is down; bold is rejected under Holm; a cell without a value says so."""
    personas = list(dict.fromkeys(lines["persona"])) if len(lines) else []
    tasks = list(dict.fromkeys(lines["task"])) if len(lines) else []
    ax = ax or plt.subplots(figsize=(1.8 + 1.05 * max(len(tasks), 2), 1.0 + 0.5 * max(len(personas), 2)))[1]
    if not len(lines):
        ax.text(0.5, 0.5, "no persona was compared", ha="center", transform=ax.transAxes)
        ax.set_axis_off()
        return ax
    grid = lines.assign(value=lines["value"].astype(float)).pivot(index="persona", columns="task", values="value")
    grid = grid.loc[personas, tasks]
    limit = max(0.1, float(np.nanmax(np.abs(grid.to_numpy()))) if grid.notna().any(axis=None) else 0.1)
    ax.imshow(grid.to_numpy(), cmap="RdBu", vmin=-limit, vmax=limit, aspect="auto")
    for line in lines.to_dict("records"):
        _cell(ax, line, tasks.index(line["task"]), personas.index(line["persona"]), limit)
    ax.set_xticks(range(len(tasks)), [str(task).replace("_", "\n") for task in tasks], fontsize="small")
    ax.set_yticks(range(len(personas)), [str(name).replace("_", " ") for name in personas], fontsize="small")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_xlabel(
        "points of accuracy relative to length-matched filler;\n95 % interval below; bold: Holm p < .05",
        fontsize="small",
    )
    return ax


def _cell(ax: Axes, line: Mapping[Any, Any], x: int, y: int, limit: float) -> None:
    value, low, high = (_number(line[name]) for name in ("value", "low", "high"))
    if np.isnan(value):
        ax.text(x, y, "not\nestimable", ha="center", va="center", fontsize="x-small", color=style.SOFT)
        return
    colour = "white" if abs(value) > _DARK * limit else "#1b1f28"
    weight = "bold" if line["rejected"] else "normal"
    label = "0" if abs(value) < 0.005 else f"{100 * value:+.0f}"
    ax.text(x, y - 0.12, label, ha="center", va="center", color=colour, fontweight=weight)
    if not np.isnan(low):
        interval = f"{100 * low:+.0f} to {100 * high:+.0f}"
        ax.text(x, y + 0.24, interval, ha="center", va="center", fontsize=6.5, color=colour)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
