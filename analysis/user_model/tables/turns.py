"""From records of `user_log` and `user_act` to what turns do: one diary in one turn, over many, and beside chatter."""

from __future__ import annotations

import pandas as pd

from analysis.stats import estimate, turns
from analysis.stats.estimate import Estimate
from analysis.user_model import tables
from analysis.user_model.tables import acts

MARGIN = 0.1
"""Changes of the slope by less than a tenth of a Bayesian's are taken for none."""


def change(table: pd.DataFrame, contrast: str = "depth") -> Estimate:
    """Slope of belief on the exact log-odds under one telling, minus that under another, paired by person.

    Both sides have the same log-odds, so the difference of slopes is the slope of the differences.
    """
    later, earlier = _sides(table, contrast)
    return _slope(later, later["towards"] - earlier["towards"])


def level(table: pd.DataFrame, contrast: str = "depth") -> Estimate:
    """Mean of the two slopes that `change` compares: where both are 0, that they are alike means nothing."""
    later, earlier = _sides(table, contrast)
    return _slope(later, (later["towards"] + earlier["towards"]) / 2)


def read(table: pd.DataFrame, contrast: str = "depth") -> Estimate:
    """The reading control under one telling minus under another, in nats, paired by user."""
    later, earlier = (tables.readings(table, telling) for telling in turns.CONTRASTS[contrast])
    return estimate.between(later, earlier)


def turned(log: pd.DataFrame, act: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every contrast whose tellings were asked: of the slopes of belief and acting, and of what is read."""
    found = turns.turned(log, {"slope of belief": change, "reading control, nats": read})
    acted = found.head(0) if act is None else turns.turned(act, {"slope of acting over silence": acts.change})
    return pd.concat([part for part in (found, acted) if len(part)] or [found], ignore_index=True)


def _sides(table: pd.DataFrame, contrast: str) -> list[pd.DataFrame]:
    tellings = [tables.beliefs(table, telling) for telling in turns.CONTRASTS[contrast]]
    return [lines[lines["kind"] == "completion"].set_index(["cluster", "person"]) for lines in tellings]


def _slope(people: pd.DataFrame, towards: pd.Series) -> Estimate:
    users = people.index.get_level_values("cluster").to_numpy()
    return estimate.ratio((towards * people["logit"]).to_numpy(), (people["logit"] ** 2).to_numpy(), users)
