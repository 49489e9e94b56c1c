"""Nats of every response in every chat, tastes for chats and responses taken out."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.report import heat, style
from analysis.user_model.tables.chats import confusions


def prepare(table: pd.DataFrame, standing: str = "open") -> pd.DataFrame:
    """`group_chat`: columns cause, response (named by the cause that it fits), value; the mean over squares."""
    columns = ["cause", "response", "value"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    names, nats = confusions(table, standing)
    rows = [(one, two, float(nats[i, j])) for i, one in enumerate(names) for j, two in enumerate(names)]
    return pd.DataFrame(rows, columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A heat map; the fitting responses lie on the diagonal."""
    return heat.square(
        lines,
        "cause",
        "response",
        ("response to", "cause in the chat"),
        "nats over what chat and response get anyway",
        ax,
        5.6,
    )
