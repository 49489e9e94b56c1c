"""From records of `user_log`, `user_act` and `timeline` to estimates, users being the independent units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate
from analysis.stats.fits._fit import Fit
from analysis.stats.fits.random_intercept import random_intercept

BELIEFS = ("completion", "true_or_false", "number")
"""Kinds of question whose answer is a belief about the next act, after the whole diary."""


def told(table: pd.DataFrame, turns: str = "one", lines: str = "plain") -> pd.DataFrame:
    """`user_log`: the rows asked after one telling of one version of the diary."""
    return table[(table["turns"] == turns) & (table["lines"] == lines)]


def beliefs(table: pd.DataFrame, turns: str = "one", lines: str = "plain") -> pd.DataFrame:
    """`user_log`: one line per person and kind: `towards`, belief in the diary's first act in nats, and its `logit`.

    The records hold belief in favour of the act that the lines make likelier; here it is turned to the first act, so
    that both people of a diary stand on one axis. turns, lines: which diary; others are left out.
    """
    rows = told(frame.rows(table, "belief"), turns, lines)
    return rows.assign(towards=np.where(rows["p"] >= 0.5, rows["value"], -rows["value"]))


def slope(table: pd.DataFrame, kind: str = "completion", lines: str = "plain") -> Estimate:
    """Slope of belief on the exact log-odds within diaries: 1 for a Bayesian reader, 0 for one that ignores names.

    The log-odds of a diary's two people are opposite, so whatever a diary adds to both beliefs drops out. Sum of
    products over sum of squares; jackknife interval over diaries, which needs no equal slopes.
    """
    rows = beliefs(table, lines=lines)
    rows = rows[rows["kind"] == kind]
    return estimate.ratio(rows["towards"] * rows["logit"], rows["logit"] ** 2, rows["cluster"].to_numpy())


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


def readings(table: pd.DataFrame, turns: str = "one", lines: str = "plain") -> pd.DataFrame:
    """The rows of the reading control after one telling of one version of the diary."""
    rows = told(frame.rows(table, "belief"), turns, lines)
    return rows[rows["kind"] == "reading"]


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
