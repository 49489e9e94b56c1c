"""Stories over many turns: the same sentences in one turn, a turn each, and beside chatter; asked without a persona."""

from __future__ import annotations

import pandas as pd

from analysis.stats import estimate, frame, turns
from analysis.stats.estimate import Estimate

MARGIN = 0.05
"""Changes of accuracy by less than five points are taken for none."""
READING = ("fact", "memory", "reality")
"""Tasks that need the story and no mind."""


def understood(table: pd.DataFrame, contrast: str = "depth") -> Estimate:
    """Accuracy where only the story is needed, under one telling minus under another, paired by scene."""
    return _change(table, contrast, True)


def inferred(table: pd.DataFrame, contrast: str = "depth") -> Estimate:
    """The same where a mind has to be read."""
    return _change(table, contrast, False)


def turned(table: pd.DataFrame) -> pd.DataFrame:
    """Every contrast whose tellings were asked: of comprehension and of belief tasks, with intervals."""
    return turns.turned(table, {"comprehension": understood, "belief tasks": inferred})


def _change(table: pd.DataFrame, contrast: str, reading: bool) -> Estimate:
    rows = frame.rows(table, "hit")
    asked = rows[(rows["guise"] == "none") & (rows["task"].isin(READING) == reading)]
    later, earlier = (asked[asked["turns"] == telling] for telling in turns.CONTRASTS[contrast])
    return estimate.between(later, earlier, kind="proportion")
