"""How much a score moves when only the wording changes: the yardstick that an effect of a persona must exceed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from scipy import stats

from analysis import frame

SAYS = ["persona", "guise"]
"""What stays the same while the wording changes."""


def wording_noise(table: pd.DataFrame, measure: str = "hit", by: Sequence[str] = ("placement", "task")) -> pd.DataFrame:
    """SD over wordings of the mean score of one persona or control, pooled over them: columns `by` + sd, df, wordings.

    Each wording is asked the same items, so this holds all that a change of words does, chance included. Without a
    second wording sd is NaN and df 0.
    """
    found = frame.rows(table, measure)
    spoken = found[found["guise"] != "none"].dropna(subset=["value"])
    means = spoken.groupby([*by, *SAYS, "wording"], observed=True)["value"].mean()
    cells = means.groupby(level=list(by), observed=True, sort=False) if by else [((), means)]
    lines = [dict(zip(by, cell if isinstance(cell, tuple) else (cell,), strict=True)) | _pooled(m) for cell, m in cells]
    return pd.DataFrame(lines, columns=[*by, "sd", "df", "wordings"])


def _pooled(means: pd.Series[float]) -> dict[str, float]:
    groups = means.groupby(level=SAYS, observed=True)
    df, squares = (groups.size() - 1).sum(), (groups.var(ddof=1) * (groups.size() - 1)).sum()
    sd = math.sqrt(squares / df) if df > 0 else float("nan")
    return {"sd": sd, "df": float(df), "wordings": float(groups.size().max())}


def yardstick(sd: float, df: float, wordings: int, against: int, level: float = 0.95) -> float:
    """Largest difference between two means over so many wordings that wording alone explains, at this level.

    `against` is the number of wordings of the other side, 0 for a baseline without words. NaN without repeats.
    """
    if not df > 0:
        return float("nan")
    share = 1 / wordings + (1 / against if against else 0)
    return float(stats.t.ppf((1 + level) / 2, df) * sd * math.sqrt(share))
