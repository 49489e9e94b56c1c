"""How far answers go with what an actor never heard, and with what no longer holds, over lines since it was said."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from analysis.report import limits, style
from analysis.user_model.tables.hearsay import leaks

NAMES = {"first": "absent: the announcement never heard", "second": "present: the outdated announcement"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`who_knows`: columns follows, since, value, low, high, units; distances in order."""
    columns = ["follows", "since", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    return leaks(table).sort_values(["follows", "since"]).reindex(columns=columns).reset_index(drop=True)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """One line for absent actors and one for present ones, with intervals."""
    ax = ax or plt.subplots(figsize=(6.8, 4.0))[1]
    for place, (follows, part) in enumerate(lines.groupby("follows", sort=False)):
        limits.bars(ax, part["since"].astype(float) + 0.08 * place, part, marker=style.MARKERS[place],
                    color=style.PALETTE[place], label=NAMES[str(follows)])  # fmt: skip
    ax.set_xticks(sorted(set(lines["since"])))
    style.null(ax, 0.0, "no leak")
    ax.set_xlabel("lines since the second announcement")
    ax.set_ylabel("rise of the probability")
    if len(lines):
        ax.legend(fontsize=9)
    return ax
