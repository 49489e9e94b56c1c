"""How much a score moves when only the wording changes: the yardstick that an effect of a persona must exceed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from scipy import stats

from analysis.stats import frame

SAYS = ["persona", "guise"]
"""What stays the same while the wording changes."""


def wording_noise(table: pd.DataFrame, measure: str = "hit", by: Sequence[str] = ("placement", "task")) -> pd.DataFrame:
    """SD over wordings of the mean score of one persona or control, pooled over them: columns `by` + sd, df, wordings.

    It holds all that a change of words does, chance included. Where every wording was asked the same items, it is the
    SD within a persona; where wordings took turns over the items, what all personas share is that of the items and is
    taken off first. Controls with the same scores throughout are one text and count once. Without a second wording sd
    is NaN and df 0.
    """
    rows = frame.rows(table, measure)
    spoken = rows[rows["guise"] != "none"].dropna(subset=["value"])
    means = spoken.groupby([*by, *SAYS, "wording"], observed=True)["value"].mean()
    in_turn = len(spoken) > 0 and spoken.groupby([*by, *SAYS, "item"], observed=True)["wording"].nunique().max() == 1
    cells = means.groupby(level=list(by), observed=True, sort=False) if by else [((), means)]
    lines = [
        dict(zip(by, cell if isinstance(cell, tuple) else (cell,), strict=True)) | _pooled(m, in_turn)
        for cell, m in cells
    ]
    return pd.DataFrame(lines, columns=[*by, "sd", "df", "wordings"])


def _pooled(means: pd.Series[float], in_turn: bool) -> dict[str, float]:
    wide = means.droplevel([name for name in means.index.names if name not in (*SAYS, "wording")]).unstack("wording")
    control = wide.index.get_level_values("guise") == "control"
    wide = wide[~(control & wide.duplicated().to_numpy())] if len(wide) else wide
    df = (wide.count(axis=1) - 1).sum()
    apart = wide.sub(wide.mean(axis=1), axis=0)
    if in_turn:
        df -= wide.shape[1] - 1
        apart = apart.sub(apart.mean(axis=0), axis=1)
    sd = math.sqrt((apart**2).sum().sum() / df) if df > 0 else float("nan")
    return {"sd": sd, "df": float(max(df, 0)), "wordings": float(wide.shape[1])}


def effective(wordings: pd.Series[int]) -> float:
    """How many wordings a mean over these rows rests on: their number where each has as many rows, else fewer."""
    shares = wordings.value_counts(normalize=True)
    return float(1 / (shares**2).sum()) if len(shares) else float("nan")


def yardstick(sd: float, df: float, wordings: float, against: float, level: float = 0.95) -> float:
    """Largest difference between two means over so many wordings that wording alone explains, at this level.

    `against` is the number of wordings of the other side, 0 for a baseline without words. NaN without repeats.
    """
    if not df > 0:
        return float("nan")
    share = 1 / wordings + (1 / against if against else 0)
    return float(stats.t.ppf((1 + level) / 2, df) * sd * math.sqrt(share))
