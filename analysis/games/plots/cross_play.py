"""How often the thing in mind is picked after the model's own words, by who listens."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.games.tables.reference import listeners
from analysis.report import style

NAMES = {"self": "itself", "literal": "takes words literally", "pragmatic": "reasons", "partner": "another model"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`reference_game`: columns label, value, low, high, units; one row per listener."""
    columns = ["label", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = listeners(table)
    return lines.assign(label=lines["listener"].map(NAMES).fillna("?")).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval for each listener."""
    return style.forest(lines, "label", (1 / 3, "guessing"), "probability of the thing in mind", ax)
