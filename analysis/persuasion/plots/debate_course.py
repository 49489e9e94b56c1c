"""How far a listener has moved after each turn of a debate, by what the speaker knew of them."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.persuasion.tables.debates import course
from analysis.report import style

TURNS = {1: "opening", 2: "rebuttal", 3: "conclusion"}


def prepare(table: pd.DataFrame) -> pd.DataFrame:
    """`debate`: columns label, value, low, high, units; one row per profile and turn."""
    columns = ["label", "value", "low", "high", "units"]
    if table.empty or not (table["card"] == "debate").any():
        return pd.DataFrame(columns=columns)
    lines = course(table)
    labels = [f"{profile}, {TURNS.get(int(turn), turn)}"
              for profile, turn in zip(lines["profile"], lines["turn"], strict=True)]  # fmt: skip
    return lines.assign(label=labels).reindex(columns=columns)


@style.styled
def draw(lines: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A point with interval for each profile and turn."""
    return style.forest(lines, "label", (0.0, "unmoved"), "shift of agreement, points of a scale from 1 to 5", ax)
