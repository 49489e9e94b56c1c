"""Nats of every argument for every value of the person to be won over, tastes for both taken out."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.persuasion.tables import centred
from analysis.report import heat, style


def prepare(table: pd.DataFrame, profile: str = "shown") -> pd.DataFrame:
    """`appeals`: columns listener, argument, value; the mean over topics of squares centred by rows and columns."""
    columns = ["listener", "argument", "value"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    names, mean = centred(table, profile)
    rows = [(one, two, float(mean[i, j])) for i, one in enumerate(names) for j, two in enumerate(names)]
    return pd.DataFrame(rows, columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A heat map; what fits lies on the diagonal."""
    return heat.square(
        lines,
        "listener",
        "argument",
        ("the argument speaks to", "the person to be won over cares for"),
        "nats over what argument and value get anyway",
        ax,
        5.4,
    )
