"""Scores: points as a share of the highest pay-off, by game, family and player."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.stats import estimate, frame


def by_family(table: pd.DataFrame, groups: Sequence[str] = ("model",)) -> pd.DataFrame:
    """Score per family with the game as unit: matches of one game share its pay-offs and are no independent draws.

    The family `all` stands last.
    """
    units = table.assign(cluster=table["game"])
    each = estimate.by(units, "score", [*groups, "family"])
    every = estimate.by(units, "score", groups).assign(family="all")
    return pd.concat([each, every], ignore_index=True)


def totals(table: pd.DataFrame, measure: str = "points") -> pd.DataFrame:
    """Mean total of a match: one row per player (`model`), one column an opponent; the player's seat is `row`."""
    rows = frame.rows(table, measure)
    rows = rows[rows["seat"] == "row"] if "row" in set(rows["seat"]) else rows
    per_match = rows.groupby(["model", "opponent", "key"])["value"].sum(min_count=1)
    return per_match.groupby(["model", "opponent"]).mean().unstack()


def paired(table: pd.DataFrame, player: str, other: str) -> pd.DataFrame:
    """Totals of two players in the matches they played against each other: one row per match, columns both names."""
    rows = frame.rows(table, "points")
    rows = rows[(rows["model"] == player) & (rows["opponent"] == other)]
    both = rows.groupby("key").agg(match=("match", "first"), own=("value", "sum"), theirs=("partner_points", "sum"))
    return both.set_index("match").rename(columns={"own": player, "theirs": other})
