"""From records of `scripted_history` to estimates by round; cover stories are the independent units."""

from __future__ import annotations

import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate

DEFECTED, STEADY = "defect_once:4", "always_cooperate"
LAST_DEFECTION, ROUNDS = 4, 10


def after_defection(along: pd.DataFrame, *rounds: int) -> Estimate:
    """P(C) in these rounds with the defection of round 4, minus in the same rounds without it, paired."""
    rows = frame.rows(only(along, horizon="announced"), "p_cooperate")
    rows = rows[rows["round"].isin(rounds)]
    hurt, fine = (rows[rows["opponent"] == name] for name in (DEFECTED, STEADY))
    return estimate.between(hurt, fine, by="cover")


def only(rows: pd.DataFrame, **facts: str) -> pd.DataFrame:
    """Rows with these facts."""
    for name, level in facts.items():
        rows = rows[rows[name] == level]
    return rows
