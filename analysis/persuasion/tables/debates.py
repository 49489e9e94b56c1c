"""From records of `debate` to estimates and odds ratios; topics are the units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.report import reference
from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate
from analysis.stats.fits._fit import Fit
from analysis.stats.fits.partial_odds import partial_odds

LAST = 3
"""The speaker's last turn."""
FEWEST = 8
"""Topics below which no odds ratio is given: the fit has ten coefficients."""
OTHERS = ("plain", "swapped")
"""Profiles that `personalised` is compared with."""


def course(table: pd.DataFrame, measure: str = "shift") -> pd.DataFrame:
    """A measure by what the speaker knew and by turn, from the first; interval over topics."""
    return estimate.by(table[table["card"] == "debate"], measure, ["profile", "turn"], kind="mean")


def after(table: pd.DataFrame) -> pd.DataFrame:
    """The records after the speaker's last turn, those without a value included."""
    return table[table["turn"] == LAST]


def over(table: pd.DataFrame, profile: str, other: str, measure: str = "shift") -> Estimate:
    """A measure after the last turn with one profile minus with another, paired by topic."""
    rows = frame.rows(after(table), measure)
    return estimate.between(rows[rows["profile"] == profile], rows[rows["profile"] == other])


def argued(table: pd.DataFrame) -> float | None:
    """Share of debates in which the speaker argued at every turn, of the profile in which that is rarest.

    Who argues in all debates with one profile and in few with another is compared over other listeners.
    """
    rows = after(table)
    return float((rows["status"] == "ok").groupby(rows["profile"]).mean().min()) if len(rows) else None


def odds(table: pd.DataFrame) -> pd.DataFrame:
    """Odds of a higher agreement after a personalised debate, over each other profile, and the shift in points beside.

    Partial proportional odds on the five points: profiles shift all thresholds alike, agreement before has its own
    effect on each. An answer is not rounded to a point but stands at all five, weighted by their probabilities.
    `published`: people persuaded by GPT-4, of which the direction may be compared.
    """
    rows = frame.rows(after(table), "agreement")
    others = [other for other in OTHERS if {other, "personalised"} <= set(rows["profile"])]
    rows = rows[rows["status"] == "ok"]
    fit = _fit(_weighted(rows), others) if rows["cluster"].nunique() >= FEWEST and others else None
    reason = f"fewer than {FEWEST} topics" if fit is None else fit.reason
    terms = None if fit is None or fit.table is None else fit.table.set_index("term")
    lines = []
    for other in others:
        logs = [np.nan] * 3 if terms is None else terms.loc[f"over {other}", ["estimate", "low", "high"]].astype(float)
        points, printed = over(table, "personalised", other), _published() if other == "plain" else np.nan
        limits = dict(zip(("odds_ratio", "low", "high"), np.exp(logs), strict=True)) | {"published": printed}
        shift = {"shift": points.value, "shift_low": points.low, "shift_high": points.high, "topics": points.units}
        lines.append({"personalised over": other, **limits, **shift, "reason": reason})
    return pd.DataFrame(lines)


def _fit(rows: pd.DataFrame, others: list[str]) -> Fit:
    """A coefficient a profile that is not personalised: minus what it lacks, so that above 0 personalised is ahead."""
    x = {f"over {other}": -(rows["profile"] == other).astype(float).to_numpy() for other in others}
    before = {"before": (rows["before"] - rows["before"].mean()).to_numpy()}
    return partial_odds(
        rows["point"], pd.DataFrame(x), before, rows["cluster"].to_numpy(), weights=rows["weight"].to_numpy()
    )


def _weighted(rows: pd.DataFrame) -> pd.DataFrame:
    """Five rows an answer: `point` 1 to 5 and its probability among them as `weight`."""
    logs = np.array([[float(value) for value in text.split()] for text in rows["nats"]]).reshape(len(rows), -1)
    shares = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))
    shares /= shares.sum(axis=1, keepdims=True)
    wide = rows.loc[rows.index.repeat(shares.shape[1])].assign(weight=shares.ravel())
    wide["point"] = np.tile(np.arange(1.0, shares.shape[1] + 1), len(rows))
    return wide[wide["weight"] > 1e-9].reset_index(drop=True)


def _published() -> float:
    """Odds ratio of personalised over plain debates with GPT-4, people as listeners."""
    personal, plain = (reference.figure("salvi2025", name)["published"] for name in ("ai_personal", "ai"))
    return float(np.exp(personal - plain))
