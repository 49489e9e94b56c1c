"""From records of `framed_game` and `haggle` to estimates; games and goods are the independent units."""

from __future__ import annotations

import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate


def shift(framed: pd.DataFrame, story: str, bare: str) -> Estimate:
    """Nats for cooperation in one story minus in another, paired by game."""
    rows = frame.rows(framed, "lean")
    return estimate.between(rows[rows["frame"] == story], rows[rows["frame"] == bare])


def channel_gap(framed: pd.DataFrame) -> Estimate:
    """Nats for cooperation announced in a sentence minus chosen, over all stories, paired by game."""
    rows = frame.rows(framed, "lean")
    return estimate.between(rows[rows["channel"] == "text"], rows[rows["channel"] == "choice"])


def stories(framed: pd.DataFrame) -> pd.DataFrame:
    """Nats for cooperation by story and channel."""
    return estimate.by(framed, "lean", ["frame", "channel"], kind="mean")


def prices(haggled: pd.DataFrame) -> pd.DataFrame:
    """All measures of haggling by who proposes and who responds; those of deals are described, without a null."""
    parts = [estimate.by(haggled, measure, ["proposer", "responder"], kind="mean").assign(measure=measure)
             for measure in ("accepts", "names", "deal", "loss_share", "surplus_share")]  # fmt: skip
    return pd.concat(parts, ignore_index=True)
