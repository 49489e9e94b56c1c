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
    """SD over wordings of the mean score of one persona or control, pooled over them: columns `by` + sd, df, wordings,
    chance.

    sd holds all that a change of words does, chance included; `chance` is the SD that the items alone would give, from
    how much they differ in what a wording does to them. Where every wording was asked the same items, it is the
    SD within a persona; where wordings took turns over the items, what all personas share is that of the items and is
    taken off first. Controls with the same scores throughout are one text and count once. Without a second wording sd
    and chance are NaN and df 0.
    """
    rows = frame.rows(table, measure)
    spoken = rows[rows["guise"] != "none"].dropna(subset=["value"])
    means = spoken.groupby([*by, *SAYS, "wording", "item"], observed=True)["value"].mean()
    in_turn = len(means) > 0 and means.index.droplevel(["wording"]).is_unique  # type: ignore[list-item]
    cells = means.groupby(level=list(by), observed=True, sort=False) if by else [((), means)]
    lines = [
        dict(zip(by, cell if isinstance(cell, tuple) else (cell,), strict=True)) | _pooled(m, in_turn)
        for cell, m in cells
    ]
    return pd.DataFrame(lines, columns=[*by, "sd", "df", "wordings", "chance"])


def _pooled(scores: pd.Series[float], in_turn: bool) -> dict[str, float]:
    """scores: by persona, guise, wording and item."""
    scores = scores.droplevel([name for name in scores.index.names if name not in (*SAYS, "wording", "item")])
    wide = scores.groupby([*SAYS, "wording"], observed=True).mean().unstack("wording")
    control = wide.index.get_level_values("guise") == "control"
    wide = wide[~(control & wide.duplicated().to_numpy())] if len(wide) else wide
    df = (wide.count(axis=1) - 1).sum()
    apart = wide.sub(wide.mean(axis=1), axis=0)
    if in_turn:
        df -= wide.shape[1] - 1
        apart = apart.sub(apart.mean(axis=0), axis=1)
    known = {"df": float(max(df, 0)), "wordings": float(wide.shape[1])}
    if not df > 0:
        return known | {"sd": float("nan"), "chance": float("nan")}
    once = scores[scores.droplevel(["wording", "item"]).index.isin(wide.index)]
    return known | {"sd": math.sqrt((apart**2).sum().sum() / df), "chance": _chance(once, in_turn)}


def _chance(scores: pd.Series[float], in_turn: bool) -> float:
    """SD of the mean over the items of a wording that comes from the items: what is left of their scores when wordings
    and items are taken off, within each persona; where wordings take turns, personas and items within each wording."""
    whole, crossed = (["wording"], SAYS) if in_turn else (SAYS, ["wording"])
    groups = [whole, [*whole, "item"], [*whole, *crossed]]
    tables = [scores.groupby(group, observed=True) for group in groups]
    mean, item, other = (table.transform("mean") for table in tables)
    df = len(scores) + tables[0].ngroups - tables[1].ngroups - tables[2].ngroups
    asked = scores.groupby([*SAYS, "wording"], observed=True).size()
    rest = scores + mean - item - other
    return math.sqrt((rest**2).sum() / df * (1 / asked).mean()) if df > 0 else 0.0


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
    return float(stats.t.ppf((1 + level) / 2, df) * sd * math.sqrt(_share(wordings, against)))


def _share(wordings: float, against: float) -> float:
    return 1 / wordings + (1 / against if against else 0)


def rewording(limit: float, chance: float, wordings: float, against: float, level: float = 0.95) -> float:
    """What the `yardstick` holds beyond chance: the half-width that other wordings add to an interval over scenes.

    The interval knows the chance already, so that its square is taken off, and the rest is never below zero: variances
    are added and subtracted with the quantile of their own degrees of freedom (Zou & Donner 2008).
    """
    known = stats.norm.ppf((1 + level) / 2) * chance * math.sqrt(_share(wordings, against))
    return math.sqrt(max(limit**2 - known**2, 0.0)) if limit == limit else limit
