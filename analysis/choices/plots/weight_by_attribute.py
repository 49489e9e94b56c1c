"""What an attribute weighs in picks, in nats of its first value over its second."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.choices.tables import weights
from analysis.report import style


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """Columns attribute, value, low, high, units; largest weight first."""
    columns = ["attribute", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    return weights(table).sort_values("value", ascending=False, kind="stable", ignore_index=True)[columns]


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval for each attribute."""
    return style.forest(lines, "attribute", (0.0, "ignored"), "weight in picks, nats", ax, row=0.32)
