"""What a rank, the last word, ten words and urgency add to what somebody wants."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.instructions.tables.people import weights
from analysis.report import style

NAMES = {"ranks_more": "a rank", "last": "the last word", "words_more": "ten words more", "urgent": "urgency"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`principals`: columns label, value, low, high, units; one row per weight."""
    columns = ["label", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = weights(table)
    return lines.assign(label=lines["weight"].map(NAMES)).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval for each weight."""
    return style.forest(lines, "label", (0.0, "no weight"), "nats for what somebody wants", ax)
