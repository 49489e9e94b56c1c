"""Hits before and after a partner's reply, by how much the reply tells, with the ceilings of a Bayesian."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.persuasion.tables import hits
from analysis.report import style

NAMES = {"prefix": "before", "reply": "with the reply", "outcome": "and outcome", "swapped": "another's reply"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`steering_partner`: columns label, value, low, high, units, ceiling; one row per share and what is known."""
    columns = ["label", "value", "low", "high", "units", "ceiling"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = hits(table)
    labels = [f"{share:g}, {NAMES.get(known, known)}"
              for share, known in zip(lines["cue_share"], lines["information"], strict=True)]  # fmt: skip
    return lines.assign(label=labels).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval for each share and what is known; a stroke is the ceiling."""
    xlabel = "share of right strategies; strokes: what a Bayesian reaches"
    ax = style.forest(lines, "label", (0.25, "guessing"), xlabel, ax, row=0.32)
    kept = lines.reset_index(drop=True)
    own = ~kept["label"].astype(str).str.endswith(NAMES["swapped"])
    ax.plot(kept.loc[own, "ceiling"], kept.index[own], "|", color="black", markersize=11)
    return ax
