"""How far a listener moves after each card, on the rising and on the falling scale."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.persuasion.tables import shifts
from analysis.report import style

NAMES = {"fitting": "fits", "other": "another value", "contrary": "against", "filler": "remark"}
SCALES = {"upward": "5 agrees", "downward": "1 agrees"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`opinion`: columns label, value, low, high, units; one row per card and scale."""
    columns = ["label", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = shifts(table)
    labels = [f"{NAMES.get(card, card)}, {SCALES.get(scale, scale)}"
              for card, scale in zip(lines["card"], lines["scale"], strict=True)]  # fmt: skip
    return lines.assign(label=labels).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval for each card and scale."""
    return style.forest(lines, "label", (0.0, "unmoved"), "shift of agreement, points of a scale from 1 to 5", ax)
