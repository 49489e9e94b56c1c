"""From records of `user_log`, `user_act` and `timeline` to estimates, users being the independent units."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate
from analysis.stats.fits._fit import Fit
from analysis.stats.fits.random_intercept import random_intercept

BELIEFS = ("completion", "true_or_false", "number")
"""Kinds of question whose answer is a belief about the next act, after the whole diary."""
STAKES = 12
"""Points won by a wanted act in `user_act`: stakes are losses relative to it."""


def beliefs(table: pd.DataFrame, turns: str = "one") -> pd.DataFrame:
    """`user_log`: one line per person and kind: `towards`, belief in the diary's first act in nats, and its `logit`.

    The records hold belief in favour of the act that the lines make likelier; here it is turned to the first act, so
    that both people of a diary stand on one axis. turns: how the diary is told; other tellings are left out.
    """
    lines = frame.rows(table, "belief")
    lines = lines[lines["turns"] == turns]
    return lines.assign(towards=np.where(lines["p"] >= 0.5, lines["value"], -lines["value"]))


def slope(table: pd.DataFrame, kind: str = "completion") -> Estimate:
    """Slope of belief on the exact log-odds within diaries: 1 for a Bayesian reader, 0 for one that ignores names.

    The log-odds of a diary's two people are opposite, so whatever a diary adds to both beliefs drops out. Sum of
    products over sum of squares; jackknife interval over diaries, which needs no equal slopes.
    """
    lines = beliefs(table)
    lines = lines[lines["kind"] == kind]
    return estimate.ratio(lines["towards"] * lines["logit"], lines["logit"] ** 2, lines["cluster"].to_numpy())


def slopes(table: pd.DataFrame) -> pd.DataFrame:
    """`slope` for every kind of belief asked for, `half` included: one line per kind."""
    kinds = [kind for kind in (*BELIEFS, "half") if kind in set(table["kind"])]
    return pd.DataFrame([{"kind": kind, **slope(table, kind).record()} for kind in kinds])


def revision(table: pd.DataFrame) -> Estimate:
    """Change of belief from the first half of the diary to its end, per unit of change of the exact log-odds."""
    lines = beliefs(table)
    keys = ["cluster", "person"]
    ends, halves = (
        lines[lines["kind"] == kind].set_index(keys)[["towards", "logit"]] for kind in ("completion", "half")
    )
    change = (ends - halves).reset_index()
    return estimate.ratio(change["towards"] * change["logit"], change["logit"] ** 2, change["cluster"].to_numpy())


def reading(table: pd.DataFrame) -> Estimate:
    """Nats for what a person did on a day over what the other did: above 0 where the diary is read at all."""
    lines = readings(table)
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())


def readings(table: pd.DataFrame, turns: str = "one") -> pd.DataFrame:
    """The rows of the reading control under one telling of the diary."""
    lines = frame.rows(table, "belief")
    return lines[(lines["kind"] == "reading") & (lines["turns"] == turns)]


def positions(table: pd.DataFrame, kind: str = "completion") -> pd.DataFrame:
    """Weight of every line of a person in the belief about them, in nats for an a over a b; random intercept a diary.

    Columns term, estimate, low, high. The first and the last line of a person always differ, so only the difference of
    their weights can be told: `last - first`. A counter has equal weights in between and 0 there.
    """
    lines = beliefs(table)
    lines = lines[lines["kind"] == kind]
    acts = np.array([[1.0 if act == "a" else -1.0 for act in text] for text in lines["acts"]])
    names = [f"line {place}" for place in range(2, acts.shape[1])] if len(acts) else []
    x = pd.DataFrame(acts[:, 1:], columns=[*names, "last - first"]) if len(acts) else pd.DataFrame()
    fit: Fit = random_intercept(lines["towards"].to_numpy(), x, lines["cluster"].to_numpy())
    if fit.table is None:
        return pd.DataFrame(
            {"term": ["none"], "estimate": [np.nan], "low": np.nan, "high": np.nan, "reason": fit.reason}
        )
    known = fit.table[fit.table["term"] != "intercept"]
    return known[["term", "estimate", "low", "high"]].reset_index(drop=True)


def decisions(table: pd.DataFrame) -> pd.DataFrame:
    """`user_act` before any offer: share of each decision by stakes and exact probability, with what is best there."""
    first = table[table["earlier"] == "none"]
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


def _leans(table: pd.DataFrame) -> pd.DataFrame:
    lines = frame.rows(table, "lean")
    return lines[lines["earlier"] == "none"]


def regret(table: pd.DataFrame) -> Estimate:
    """Expected utility lost, as a share of what a random choice loses, before any offer: 1 is random, 0 is optimal."""
    lines = frame.rows(table, "regret")
    lines = lines[lines["earlier"] == "none"]
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())


def stops(table: pd.DataFrame, after: str = "same", against: str = "other") -> Estimate:
    """How much less likely the model acts after this act was refused than after the other act was, paired by user."""
    lines = frame.rows(table, "p_act")
    return estimate.between(lines[lines["earlier"] == against], lines[lines["earlier"] == after])


def weights(table: pd.DataFrame, groups: Sequence[str] = ("depth",)) -> pd.DataFrame:
    """`timeline`: mean of the three contrasts and of the stated preference per depth, twins averaged within users."""
    parts = [
        estimate.by(table, name, list(groups), kind="mean").assign(measure=name)
        for name in ("w_task", "w_sure", "w_current", "stated")
    ]
    return pd.concat(parts, ignore_index=True)


def weight(table: pd.DataFrame, measure: str) -> Estimate:
    """`timeline`: mean of one contrast or of the stated preference, twins averaged within users."""
    lines = frame.rows(table, measure)
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())


def shift(table: pd.DataFrame, measure: str = "w_current", later: str = "after", earlier: str = "before") -> Estimate:
    """A measure at one depth minus the same at another, paired by user."""
    lines = frame.rows(table, measure)
    return estimate.between(lines[lines["depth"] == later], lines[lines["depth"] == earlier])


def courses(table: pd.DataFrame) -> pd.DataFrame:
    """`w_current` after the last mention by course: where a reader of the first or last mention gives itself away."""
    return estimate.by(table[table["depth"] == "after"], "w_current", ["course"], kind="mean")
