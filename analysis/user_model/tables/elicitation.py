"""From records of `elicit` to estimates, users being the independent units."""

from __future__ import annotations

import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate

HEADINGS = {
    "gain_share": "question-based elicitation",
    "redundant": "question-based elicitation",
    "uptake": "multi-turn strategy",
    "belief_kl": "understanding what the user says",
    "timing": "exploration and exploitation",
    "hit": "evaluation by the item wanted",
    "ndcg": "evaluation by the item wanted",
}
"""Measure -> heading of the survey of conversational recommenders (Gao et al. 2021) under which it falls."""


def elicited(table: pd.DataFrame) -> pd.DataFrame:
    """Mean of every measure while the user is asked, with its heading; `hit` and `ndcg` where one good is left."""
    asked = table[table["wish"] == "discovery"]
    last = asked["measure"].isin(["hit", "ndcg", "belief_kl"])
    kept = asked[(asked["status"] == "ok") & (~last | (asked["posterior"] == 1.0))]
    lines = [{"heading": heading, "measure": name, **_mean(kept, name).record()} for name, heading in HEADINGS.items()]
    return pd.DataFrame(lines)


def rejected(table: pd.DataFrame) -> pd.DataFrame:
    """Where a wrong good was declined, without and with a critique: what is heard of it, and the next recommendation.

    `uptake` is no against yes, and should against should not: 0 for the deaf, 1 for a Bayesian.
    """
    arms = table[table["wish"].isin(["rejected", "critique"]) & (table["status"] == "ok")]
    parts = [estimate.by(arms, name, ["wish"], kind="mean").assign(measure=name)
             for name in ("uptake", "belief_kl", "hit", "ndcg") if len(arms)]  # fmt: skip
    return pd.concat(parts or [pd.DataFrame({"wish": [], "measure": [], "value": []})], ignore_index=True)


def discovered(table: pd.DataFrame, measure: str) -> Estimate:
    """Mean of a measure over the states in which the user is asked."""
    return _mean(table[table["wish"] == "discovery"], measure)


def slots(table: pd.DataFrame, measure: str = "ndcg") -> pd.DataFrame:
    """A measure by the place of the wanted good in the catalogue, where one good is left."""
    ends = table[(table["wish"] == "discovery") & (table["posterior"] == 1.0)]
    return estimate.by(ends, measure, ["slot"], kind="mean")


def oracle(table: pd.DataFrame) -> Estimate:
    """Gate: share of right recommendations where the whole wish is stated; chance is one in eight."""
    lines = frame.rows(table[table["wish"] == "oracle"], "hit")
    return estimate.proportion(lines["value"], lines["cluster"].to_numpy())


def _mean(table: pd.DataFrame, measure: str) -> Estimate:
    lines = frame.rows(table, measure)
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())
