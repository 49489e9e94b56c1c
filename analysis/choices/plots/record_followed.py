"""How far statements move to what is shown of picks: the conversation, its own counts, another's."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.choices.tables import followed
from analysis.report import style

NAMES = {"live": "the conversation", "own": "its own counts", "other": "another's counts"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Columns label, value, low, high, units; one row per trace."""
    columns = ["label", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = followed(table)
    if lines.empty:
        return pd.DataFrame(columns=columns)
    return lines.assign(label=lines["trace"].map(NAMES))[columns]


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval for each trace."""
    return style.forest(lines, "label", (0.0, "ignored"), "move of statements to what is shown, points", ax)
