"""Cooperation under every cover story and pair of letters: how much of it is wording."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import limits, style
from analysis.stats import estimate

COLUMNS = ["cover", "arm", "value", "low", "high", "units"]


def prepare(table: pd.DataFrame, measure: str = "p_cooperate") -> pd.DataFrame:
    """Columns cover, arm (what each letter stands for, in the order shown), value, low, high, units."""
    if not (table["measure"] == measure).any():
        return pd.DataFrame(columns=COLUMNS)
    return estimate.by(table, measure, ["cover", "arm"])[COLUMNS].sort_values(["arm", "cover"])


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """One row per presentation, one mark a cover story; a model that plays would stand on one vertical."""
    names, covers = (list(dict.fromkeys(lines[name])) for name in ("arm", "cover"))
    ax = ax or plt.subplots(figsize=(7.2, 0.42 * max(len(names), 2) + 1.5))[1]
    for place, cover in enumerate(covers):
        part = lines[lines["cover"] == cover]
        y = [names.index(name) + 0.16 * (place - (len(covers) - 1) / 2) for name in part["arm"]]
        limits.bars(ax, y, part, "x", ls="none", elinewidth=1.4, capsize=0, marker=style.MARKERS[place % 6], ms=5,
                    color=style.PALETTE[place % 6], label=cover)  # fmt: skip
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(max(len(names), 1) - 0.4, -0.6)
    ax.set(xlim=(-0.02, 1.02), xlabel="probability of cooperation")
    style.null(ax, 0.5, "chance", axis="x")
    if covers:
        ax.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax
