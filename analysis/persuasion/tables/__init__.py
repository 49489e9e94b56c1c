"""From records of `appeals`, `opinion` and `steering_partner` to estimates; topics and squares are the units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame, squares
from analysis.stats.estimate import Estimate

INFORMED = 0.25
"""Share of own cues above which a reply tells something: that of a guess among four types."""


def appeals(table: pd.DataFrame, measure: str = "pairing") -> pd.DataFrame:
    """`appeals`: a measure by whose value was told; interval over topics."""
    return estimate.by(table, measure, ["told_of"], kind="mean")


def fit(table: pd.DataFrame, profile: str = "shown", measure: str = "pairing") -> Estimate:
    """`appeals`: mean of a measure where a profile is told."""
    rows = _told(table, profile, measure)
    return estimate.mean(rows["value"], rows["cluster"].to_numpy())


def targeted(table: pd.DataFrame) -> Estimate:
    """Nats for the argument of whoever is to be won over, in a text that tells two people's values, by topic.

    Three quarters of the pairing with one person's value where they are to be won over, minus where the other is: who
    gives s nats to the argument of the person in question pairs s there, and -s/3 here. Association with either value
    is in both.
    """
    first, second = _told(table, "shown"), _told(table, "swapped")
    return estimate.between(first.assign(value=0.75 * first["value"]), second.assign(value=0.75 * second["value"]))


def _told(table: pd.DataFrame, profile: str, measure: str = "pairing") -> pd.DataFrame:
    rows = frame.rows(table, measure)
    return rows[rows["told_of"] == profile]


def centred(table: pd.DataFrame, profile: str = "shown") -> tuple[list[str], np.ndarray]:
    """(values, nats [listener, argument]): mean over squares, tastes for listeners and arguments taken out of each.

    Squares of which a row could not be read are left out.
    """
    rows = _told(table, profile)
    rows = rows[rows["status"] == "ok"].sort_values("state", kind="stable")
    whole = squares.whole(rows, "square")
    if not whole:
        return [], np.empty((0, 0))
    return list(whole[0]["cares"]), squares.centred([squares.matrix(part) for part in whole]).mean(0)


def shifts(table: pd.DataFrame, measure: str = "shift") -> pd.DataFrame:
    """`opinion`: a measure by what was heard and by scale; interval over topics."""
    return estimate.by(table, measure, ["card", "scale"], kind="mean")


def shift(table: pd.DataFrame, card: str, measure: str = "shift", scale: str = "") -> Estimate:
    """`opinion`: mean shift after hearing a card, on both scales or on one."""
    rows = _heard(table, card, measure)
    rows = rows[rows["scale"] == scale] if scale else rows
    return estimate.mean(rows["value"], rows["cluster"].to_numpy())


def over(table: pd.DataFrame, card: str, other: str, measure: str = "shift") -> Estimate:
    """`opinion`: shift after one card minus after another, paired by topic."""
    return estimate.between(_heard(table, card, measure), _heard(table, other, measure))


def agree(table: pd.DataFrame, card: str = "fitting") -> float | None:
    """Smaller over larger shift of the two scales: 1 where they agree, below 0 where they point apart.

    A model that likes high digits, whatever they mean, has -1. None where nothing moves or a scale is missing.
    """
    shifts_by_scale = [shift(table, card, scale=scale).value for scale in ("upward", "downward")]
    sizes = sorted((value for value in shifts_by_scale if value is not None), key=abs)
    return sizes[0] / sizes[1] if len(sizes) == 2 and sizes[1] else None


def _heard(table: pd.DataFrame, card: str, measure: str) -> pd.DataFrame:
    rows = frame.rows(table, measure)
    return rows[rows["card"] == card]


def hits(table: pd.DataFrame, measure: str = "hit") -> pd.DataFrame:
    """`steering_partner`: a measure by share of own cues and by what is known, with ceilings; interval over squares."""
    return estimate.by(table, measure, ["cue_share", "information", "ceiling"], kind="mean")


def first_listed(table: pd.DataFrame) -> float | None:
    """Hits where the right strategy stands first in the list minus where it does not: 1 for who takes the first."""
    return _first_listed(frame.rows(table, "hit"), "partner_type")


def _first_listed(rows: pd.DataFrame, right: str) -> float | None:
    first = rows["first_option"] == rows[right]
    excess = float(rows.loc[first, "value"].mean() - rows.loc[~first, "value"].mean())
    return excess if np.isfinite(excess) else None


def gap(table: pd.DataFrame, share: float, known: str = "reply") -> Estimate:
    """Hits with what is known minus before the reply, at one share, paired by square."""
    rows = frame.rows(table, "hit")
    rows = rows[rows["cue_share"] == share]
    return estimate.between(rows[rows["information"] == known], rows[rows["information"] == "prefix"])


def gap_share(table: pd.DataFrame, known: str = "reply") -> Estimate:
    """Gap as share of what a Bayesian gains, over all shares at which a reply tells something."""
    informed = _both(table, known, "prefix")
    informed = informed[informed["cue_share"] > INFORMED]
    return estimate.ratio(informed["gap"], informed["ceiling"] - 1 / 4, informed["cluster"].to_numpy())


def over_swapped(table: pd.DataFrame) -> Estimate:
    """Nats of the right strategy over the others with a partner's own reply, minus with the next partner's.

    Where a reply tells something, paired by square. Tastes for strategies cancel: they are in both.
    """
    informed = _both(table, "reply", "swapped", "pairing")
    informed = informed[informed["cue_share"] > INFORMED]
    return estimate.mean(informed["gap"], informed["cluster"].to_numpy())


def credited(table: pd.DataFrame) -> pd.DataFrame:
    """`steering_credit`: hits and pairing by what was shown; interval over sets of squares."""
    parts = [estimate.by(table, name, ["information"], kind="mean").assign(measure=name) for name in ("hit", "pairing")]
    return pd.concat(parts, ignore_index=True)


def credit(table: pd.DataFrame) -> Estimate:
    """`steering_credit`: nats of the wrong move's place over the others, with the objections minus without them."""
    rows = frame.rows(table, "pairing")
    return estimate.between(rows[rows["information"] == "talk"], rows[rows["information"] == "moves"])


def blamed(table: pd.DataFrame) -> float | None:
    """`steering_credit`: hits where the wrong move stands first in the list minus where it does not."""
    return _first_listed(frame.rows(table, "hit"), "right")


def _both(table: pd.DataFrame, known: str, other: str, measure: str = "hit") -> pd.DataFrame:
    """Columns gap, cue_share, ceiling and cluster; one row per partner."""
    rows = frame.rows(table, measure)
    keys = ["cluster", "cue_share", "partner_type"]
    first, second = (rows[rows["information"] == name] for name in (known, other))
    pairs = first.merge(second[[*keys, "value"]], on=keys, suffixes=("", "_other"))
    return pairs.assign(gap=pairs["value"] - pairs["value_other"])[["gap", "cue_share", "ceiling", "cluster"]]
