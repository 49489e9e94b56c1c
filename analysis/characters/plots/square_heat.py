"""One square: nats of every line under every profile, tastes for lines and for profiles taken out."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.characters.tables import squares
from analysis.report import heat, style
from analysis.stats.squares import centred


def prepare(table: pd.DataFrame, part: str = "facts", form: str = "entailed") -> pd.DataFrame:
    """The mean square of a part and form, centred by rows and columns: columns profile, line, value."""
    columns = ["profile", "line", "value"]
    chosen = table[(table["part"] == part) & (table["line_form"] == form)] if len(table) else table
    if chosen.empty:
        return pd.DataFrame(columns=columns)
    mean = centred(squares(chosen)[0]).mean(axis=0)
    rows = [(i, j, float(mean[i, j])) for i in range(len(mean)) for j in range(len(mean))]
    return pd.DataFrame(rows, columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A heat map with the own lines on the diagonal."""
    return heat.square(
        lines, "profile", "line", ("line", "profile"), "nats over what line and profile get anyway", ax, 5.4
    )
