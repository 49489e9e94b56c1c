"""From records of `own_choices` to estimates; pools are the units, of an agreement over attributes the attributes."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate
from analysis.stats.fits import spearman

EQUAL = ("party", "gender")
"""Attributes that are expected to weigh nothing; the others are merits."""
TRACES = ("live", "own", "other")
"""What may be shown of picks before a statement."""


def weights(table: pd.DataFrame, measure: str = "weight") -> pd.DataFrame:
    """A measure without instruction and before anything is shown of the picks, by attribute; interval over pools."""
    return estimate.by(table[table["trace"] == "none"], measure, ["attribute"], kind="mean")


def beside(table: pd.DataFrame) -> pd.DataFrame:
    """Shown weight (nats) and stated weight (points) of every attribute, each with its interval over pools."""
    picked, said = (weights(table, measure)[["attribute", "value", "low", "high"]] for measure in ("weight", "stated"))
    return picked.merge(said, on="attribute", suffixes=("", "_stated"))


def weight(table: pd.DataFrame, attributes: Collection[str] = (), measure: str = "weight") -> Estimate:
    """Mean of a measure over some attributes, or over all merits; every pool weighs the same."""
    rows = _traced(table, "none", measure)
    rows = rows[rows["attribute"].isin(attributes) if attributes else ~rows["attribute"].isin(EQUAL)]
    return estimate.mean(rows["value"], rows["cluster"].to_numpy())


def agreement(table: pd.DataFrame) -> Estimate:
    """Spearman's rho of stated with shown weights over attributes, each the mean over the pools that have it.

    Its units are the attributes. Over pools any two fixed orders of the same attributes would agree or disagree beyond
    doubt, also where one knows nothing of the other; and one pool's rho of five has a standard deviation of .5.
    """
    sides = [_traced(table, "none", measure) for measure in ("weight", "stated")]
    means = pd.concat([side.groupby("attribute")["value"].mean() for side in sides], axis=1)
    fit = spearman.spearman(*means.to_numpy().T)
    scored, asked = int(sides[1]["value"].notna().sum()), len(sides[1])
    return Estimate(fit.estimate, fit.low, fit.high, fit.level, fit.units, asked, scored, asked,
                    "Spearman, Bonett and Wright", reason=fit.reason)  # fmt: skip


def planted(table: pd.DataFrame, measure: str) -> Estimate:
    """A measure toward what an instruction makes most important, minus the same without it, paired by pool."""
    both = _paired(table, "planted", "none", measure)
    return estimate.mean(both["moved"] * both["lean"], both["cluster"].to_numpy())


def askings(table: pd.DataFrame) -> float | None:
    """Agreement of the statements on an attribute's two values: 1 where one says what the other does.

    Sum of products over mean sum of squares. Who likes a digit, or favours whatever is asked about, has -1; None where
    all statements are in the middle.
    """
    stated, gap = (float(np.square(_traced(table, "none", name)["value"]).sum()) for name in ("stated", "pole_gap"))
    return (stated - gap) / (stated + gap) if stated + gap > 0 else None


def followed(table: pd.DataFrame) -> pd.DataFrame:
    """Points by which statements move to what a trace shows, by trace: columns trace, value, low, high, units."""
    traces = [name for name in TRACES if name in set(table["trace"])]
    return pd.DataFrame([{"trace": name} | follows(table, name).record() for name in traces])


def follows(table: pd.DataFrame, trace: str) -> Estimate:
    """Move of the statements after a trace, over none, per unit of what it leans: to picks all of one kind."""
    both = _paired(table, trace, "none")
    return estimate.ratio(both["moved"] * both["lean"], both["lean"] ** 2, both["cluster"].to_numpy())


def revision(table: pd.DataFrame) -> Estimate:
    """Statement after its own record minus after that of who took the other four, per unit of what they lean apart."""
    both = _paired(table, "own", "other")
    apart = 2 * both["lean"]
    return estimate.ratio(both["moved"] * apart, apart**2, both["cluster"].to_numpy())


def own_only(table: pd.DataFrame) -> Estimate:
    """How far statements follow its own record minus how far they follow the other's: 0 where any record does."""
    own, other = (_paired(table, name, "none") for name in ("own", "other"))
    both = own.merge(other, on=["cluster", "attribute"], suffixes=("", "_other"))
    more = (both["moved"] + both["moved_other"]) * both["lean"]  # the other's record leans the other way
    return estimate.ratio(more, both["lean"] ** 2, both["cluster"].to_numpy())


def _traced(table: pd.DataFrame, trace: str, measure: str) -> pd.DataFrame:
    rows = frame.rows(table, measure)
    return rows[rows["trace"] == trace]


def _paired(table: pd.DataFrame, trace: str, other: str, measure: str = "stated") -> pd.DataFrame:
    """Columns cluster, attribute, lean and moved: what one trace adds to another, a row per pool and attribute."""
    keys = ["cluster", "attribute"]
    first, second = (_traced(table, name, measure) for name in (trace, other))
    both = first.merge(second[[*keys, "value"]], on=keys, suffixes=("", "_other"))
    return both.assign(moved=both["value"] - both["value_other"])[[*keys, "lean", "moved"]]
