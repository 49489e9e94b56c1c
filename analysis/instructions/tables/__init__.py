"""From records of `rule_scope` and `rule_text` to estimates; effects are the independent units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.estimate import Estimate


def gains(table: pd.DataFrame, measure: str = "gain") -> pd.DataFrame:
    """`rule_scope`: what a rule adds to the text that obeys it, by delivery and distance; interval over effects."""
    return estimate.by(table, measure, ["delivery", "distance"], kind="mean")


def part(table: pd.DataFrame, delivery: str, distances: Sequence[int], measure: str = "gain") -> pd.DataFrame:
    """Rows of one measure and delivery at some distances."""
    lines = frame.rows(table, measure)
    return lines[(lines["delivery"] == delivery) & lines["distance"].isin(list(distances))]


def at(table: pd.DataFrame, delivery: str, distance: int, measure: str = "gain") -> Estimate:
    """A measure of one delivery at one distance."""
    lines = part(table, delivery, [distance], measure)
    return estimate.mean(lines["value"], lines["cluster"].to_numpy())


def scoped(table: pd.DataFrame, delivery: str = "context") -> Estimate:
    """Pairing of rules and requests in nats: gain inside a rule's domain minus the mean gain outside it.

    In the square of four rules and four requests every request is inside one domain and outside three, so what a
    request or a rule adds by itself cancels: a model that obeys everywhere has 0, as has one that obeys nowhere.
    """
    inside, outside = part(table, delivery, [0]), part(table, delivery, [1, 2])
    return estimate.between(inside, outside)


def over_mention(table: pd.DataFrame, distance: int, delivery: str = "context") -> Estimate:
    """Gain at a distance minus the gain of merely reading the same words about somebody else, paired by effect."""
    return estimate.between(part(table, delivery, [distance]), part(table, "mention", [0]))


def falls(table: pd.DataFrame, delivery: str = "context") -> Estimate:
    """Fall of the gain per key of the domain that differs: least squares on distance within effects.

    Distances 0, 1, 1, 2 are balanced within a square, so the slope is a sum of products.
    """
    lines = part(table, delivery, [0, 1, 2])
    away = 1.0 - lines["distance"].astype(float)
    return estimate.ratio(lines["value"] * away, away**2, lines["cluster"].to_numpy())


def changes(table: pd.DataFrame) -> pd.DataFrame:
    """`rule_text`: mean change of the effect in the text by delivery and distance, -1 to 1; interval over effects."""
    return estimate.by(table, "change", ["delivery", "distance"], kind="mean")


def in_scope(table: pd.DataFrame, delivery: str) -> Estimate:
    """S_in: mean change of the effect where the rule applies."""
    return at(table, delivery, 0, "change")


def out_of_scope(table: pd.DataFrame, delivery: str) -> Estimate:
    """S_out: mean absolute change of the effect where the rule does not apply. Greedy texts only: see `rule_text`."""
    lines = part(table, delivery, [1, 2], "change")
    return estimate.mean(lines["value"].abs(), lines["cluster"].to_numpy())


def overall(table: pd.DataFrame, delivery: str) -> pd.DataFrame:
    """S_overall a unit: (S_in + 1 - S_out) / 2, columns value and cluster; units that lack either are left out."""
    inside = part(table, delivery, [0], "change").groupby("cluster")["value"].mean()
    outside = part(table, delivery, [1, 2], "change").assign(value=lambda lines: lines["value"].abs())
    both = (inside + 1 - outside.groupby("cluster")["value"].mean()) / 2
    return both.rename("value").rename_axis("cluster").reset_index()


def reasoned(table: pd.DataFrame) -> Estimate:
    """S_overall with the question first whether the rule applies, minus without, paired by effect."""
    return estimate.between(overall(table, "reason"), overall(table, "context"))


def base_rate(table: pd.DataFrame) -> float | None:
    """Share of texts that have the effect without any rule: `applied` minus `change`. None where nothing was read."""
    applied, change = (frame.rows(table, name)["value"].to_numpy() for name in ("applied", "change"))
    before = applied - change
    return float(np.nanmean(before)) if np.isfinite(before).any() else None
