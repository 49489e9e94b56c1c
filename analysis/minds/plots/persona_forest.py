"""What each persona does to each task: shifts against its control and the no-persona baseline."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import minds
from analysis.report import style

SIDES = {"control": "relative to length-matched filler", "none": "against no persona"}
_EACH = 0.24


def prepare(table: pd.DataFrame, measure: str = "hit") -> pd.DataFrame:
    """Shifts pooled over placements, one row per task, persona and side: see `analysis.minds.tables.shifts`."""
    by = ("persona", "task")
    lines = pd.concat([minds.shifts(table, measure, side, by) for side in SIDES], ignore_index=True)
    return lines.sort_values(["task", "persona"], kind="stable").reset_index(drop=True)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Rows by task; filled marks compare with the control, hollow ones with the baseline; stars are Holm's."""
    cells = lines[["task", "persona"]].drop_duplicates() if len(lines) else pd.DataFrame(columns=["task", "persona"])
    ax = ax or plt.subplots(figsize=(7.2, 0.9 + _EACH * max(len(cells) + cells["task"].nunique(), 4)))[1]
    colours, places, names, at = style.colours(sorted(cells["persona"].unique())), [], [], 0.0
    for task, group in cells.groupby("task", sort=False):
        ax.annotate(str(task).replace("_", " "), (0, at), xycoords=("axes fraction", "data"), xytext=(4, 0),
                    textcoords="offset points", fontweight="bold", fontsize="small", va="center")  # fmt: skip
        for name in group["persona"]:
            at += 1
            places.append(at)
            names.append(str(name).replace("_", " "))
            _row(ax, lines[(lines["task"] == task) & (lines["persona"] == name)], at, colours[name])
        at += 1.2
    ax.set_yticks(places, names, fontsize="small")
    ax.set_ylim(max(at, 1.0) - 0.4, -0.8)
    ax.grid(visible=False, axis="y")
    limit = _limit(lines)
    ax.set_xlim(-limit, limit)
    style.percent(ax, "x")
    style.null(ax, 0.0, "no shift", axis="x")
    ax.set_xlabel("accuracy under the persona minus accuracy without it\nfilled: relative to length-matched filler; "
                  "hollow: against no persona; *: Holm p < .05")  # fmt: skip
    return ax


def _row(ax: Axes, pair: pd.DataFrame, at: float, colour: str) -> None:
    for side, shift in (("control", -0.13), ("none", 0.17)):
        for line in pair[pair["against"] == side].to_dict("records"):
            value, low, high = (float(line[k]) if line[k] is not None else np.nan for k in ("value", "low", "high"))
            fill = colour if side == "control" else style.PAPER
            ax.plot([low, high], [at + shift] * 2, color=colour, linewidth=2 if side == "control" else 1)
            ax.plot([value], [at + shift], "o", color=colour, markerfacecolor=fill, markersize=5)
            if line["rejected"]:
                ax.annotate("*", (high, at + shift), xytext=(3, -3), textcoords="offset points", va="center")


def _limit(lines: pd.DataFrame) -> float:
    ends = lines[["value", "low", "high"]].astype(float).abs().to_numpy() if len(lines) else np.array([[0.1]])
    largest = np.nanmax(ends) if np.isfinite(ends).any() else 0.1
    return float(min(1.0, max(0.1, 1.1 * largest)))
