"""Cooperation in the same games told as other stories, chosen and announced."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.games.tables.partners import stories
from analysis.report import style

CHANNELS = {"choice": "option", "text": "sentence"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`framed_game`: columns label, value, low, high, units; one row per story and channel."""
    columns = ["label", "value", "low", "high", "units"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    lines = stories(table)
    labels = [
        f"{story.partition('/')[0]}, {CHANNELS.get(channel, channel)}"
        for story, channel in zip(lines["frame"], lines["channel"], strict=True)
    ]
    return lines.assign(label=labels).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval for each story and channel."""
    return style.forest(lines, "label", (0.0, "even"), "cooperative action over the other, nats", ax)
