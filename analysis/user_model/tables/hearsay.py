"""From records of `who_knows` to estimates, scenes being the independent units."""

from __future__ import annotations

import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate


def part(table: pd.DataFrame, measure: str, kind: str = "thinks", follows: str = "") -> pd.DataFrame:
    """The rows of one measure and kind of question; of actors who go by one of the announcements, where it is named."""
    lines = frame.rows(table[table["kind"] == kind], measure)
    return lines[lines["follows"] == follows] if follows else lines


def knows(table: pd.DataFrame, kind: str = "thinks") -> Estimate:
    """Nats for where an actor must take the thing to be over the other place, those present and those absent together.

    One actor of a scene was there and the other was not, so who takes both to know the same has 0.
    """
    lines = part(table, "margin", kind)
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())


def by_trade(table: pd.DataFrame) -> tuple[Estimate, Estimate]:
    """`knows` where the two actors trade rooms before the thing is said again, and where they do so after.

    Who goes by an actor's first or last room is right in the one and wrong in the other. That cancels only where the
    room counts alike in both: of last rooms, those after the announcement stand nearer to the question.
    """
    before, after = (knows(table[table["trade"] == trade]) for trade in ("before", "after"))
    return before, after


def reading(table: pd.DataFrame) -> Estimate:
    """Nats for what a line says over what the other one says: above 0 where the scene is read at all."""
    return knows(table, "reading")


def leak(table: pd.DataFrame) -> Estimate:
    """Rise of the probability of a place in an absent actor's mind with an announcement that they did not hear."""
    lines = part(table, "leak", follows="first")
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())


def leaks(table: pd.DataFrame) -> pd.DataFrame:
    """`leak` by lines since the announcement: of absent actors (unheard), and of present ones (the outdated place)."""
    return estimate.by(table[table["kind"] == "thinks"], "leak", ["follows", "since"], kind="mean")


def known(table: pd.DataFrame) -> pd.DataFrame:
    """Nats for the right place by kind of question and the announcement that the answer follows."""
    return estimate.by(table, "margin", ["kind", "follows"], kind="mean")
