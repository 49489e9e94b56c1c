"""From records of `user_act` to estimates, users being the independent units."""

from __future__ import annotations

import math

import pandas as pd

from analysis.stats import estimate, frame, turns
from analysis.stats.estimate import Estimate

STAKES = 12
"""Points won by a wanted act in `user_act`: stakes are losses relative to it."""


def decisions(table: pd.DataFrame) -> pd.DataFrame:
    """`user_act` before any offer: share of each decision by stakes and exact probability, with what is best there."""
    first = _first(table)
    parts = [
        estimate.by(first, f"p_{name}", ["lose", "p", "best"], kind="mean").assign(decision=name)
        for name in ("act", "ask", "silent")
    ]
    return pd.concat(parts, ignore_index=True)


def leaning(table: pd.DataFrame) -> Estimate:
    """Slope of acting over silence, in nats, on the exact log-odds that the act is wanted, within diaries."""
    lines = _leans(table)
    return estimate.ratio(lines["value"] * lines["logit"], lines["logit"] ** 2, lines["cluster"].to_numpy())


def sensitivity(table: pd.DataFrame) -> Estimate:
    """What a nat of stakes does to acting over silence, relative to a nat of log-odds: 1 is optimal, 0 blind to stakes.

    The best policy acts over silence where logit p exceeds log(loss / gain), so both must count alike. Stakes and
    log-odds are balanced within diaries, so each slope of a diary is a sum of products over a sum of squares; the ratio
    is that of their means, since diaries differ by design in how far their log-odds spread. Not estimable unless the
    interval of the slope on log-odds excludes 0. A softmax of expected utilities shows 1.10 on this grid, not 1.
    """
    lines, base = _leans(table), leaning(table)
    if base.low is None or base.high is None or base.low <= 0 <= base.high:
        reason = "decisions do not follow the evidence: there is nothing to compare the stakes with"
        return Estimate(None, None, None, base.level, base.units, base.rows, base.scored, base.asked, "", reason=reason)
    stakes = (lines["lose"].astype(float) / STAKES).map(math.log)
    by_stakes, by_odds = (
        lines["value"] * cause / (cause**2).groupby(lines["cluster"]).transform("sum")
        for cause in (stakes, lines["logit"])
    )
    return estimate.ratio(-by_stakes, by_odds, lines["cluster"].to_numpy())


def _leans(table: pd.DataFrame, telling: str = "one") -> pd.DataFrame:
    return _first(frame.rows(table, "lean"), telling)


def _first(table: pd.DataFrame, telling: str = "one") -> pd.DataFrame:
    """The rows before any offer, after one telling of the diary."""
    return table[(table["earlier"] == "none") & (table["turns"] == telling)]


def change(table: pd.DataFrame, contrast: str = "depth") -> Estimate:
    """`leaning` under one telling of the diary minus that under another, paired by question."""
    keys = ["cluster", "person", "stakes"]
    later, earlier = (_leans(table, telling).set_index(keys) for telling in turns.CONTRASTS[contrast])
    gap = (later["value"] - earlier["value"]) * later["logit"]
    users = later.index.get_level_values("cluster").to_numpy()
    return estimate.ratio(gap.to_numpy(), (later["logit"] ** 2).to_numpy(), users)


def regret(table: pd.DataFrame) -> Estimate:
    """Expected utility lost, as a share of what a random choice loses, before any offer: 1 is random, 0 is optimal."""
    lines = _first(frame.rows(table, "regret"))
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())


def stops(table: pd.DataFrame, after: str = "same", against: str = "other") -> Estimate:
    """How much less likely the model acts after this act was refused than after the other act was, paired by user."""
    lines = frame.rows(table, "p_act")
    return estimate.between(lines[lines["earlier"] == against], lines[lines["earlier"] == after])
