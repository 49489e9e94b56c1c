"""What pushing along a direction does, dose by dose, against pushes of the same size that mean nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.stats import estimate, frame
from analysis.stats.fits import power
from analysis.stats.fits._units import quantile

PLACEBO = r"(random|permuted) \d+"
"""Names of directions that mean nothing, as `probes.models.steer.placebos` gives them."""
COLUMNS = ["direction", "strength", "value", "low", "high", "units"]
SIDE = {
    "easy items: right": ("completion", "hit"),
    "confidence in the right word": ("completion", "p_right"),
    "easy items: option mass": ("completion", "mass"),
    "questions: option mass": ("membership", "mass"),
}
"""Accuracy, calibration and whether the model still answers at all: name -> (probe, measure)."""
LIMITS = (
    "What this does not show: a push that does no more than placebos is no sign that the answer is made from this "
    "direction here, but it may be made from it elsewhere, or by less than these placebos let be seen. One that does "
    "more can work by other roads than the one the direction was named after."
)


def placebo(directions: pd.Series) -> pd.Series:
    """Which names are those of placebos."""
    return directions.str.fullmatch(PLACEBO)


def changes(doses: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Mean of a measure minus that of the unsteered model, one row per direction, strength and unit (`cluster`)."""
    rows = frame.rows(doses, measure)
    means = rows.groupby(["direction", "strength", "cluster"], observed=True, sort=False)["value"].mean()
    plain = means.xs(("none", 0.0), level=("direction", "strength"))
    moved = means.drop(index=("none", 0.0)).reset_index()
    return moved.assign(value=moved["value"] - moved["cluster"].map(plain))


def curve(doses: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Change of a measure by direction and strength: value, low, high, units.

    Limits of a named direction come from the spread between stimuli. All placebos are one direction `placebos` whose
    limits hold 95 % of single placebos (Student, around their mean), because the placebo is the unit there.
    """
    moved = changes(doses, measure)
    aside = placebo(moved["direction"])
    lines = [
        {"direction": name, "strength": strength, **_limits(estimate.mean(part["value"], part["cluster"].to_numpy()))}
        for (name, strength), part in moved[~aside].groupby(["direction", "strength"], observed=True, sort=False)
    ]
    single = moved[aside].groupby(["direction", "strength"], observed=True, sort=False)["value"].mean().reset_index()
    for strength, part in single.groupby("strength", observed=True):
        half = float(quantile(0.95, len(part) - 1) * part["value"].std() * np.sqrt(1 + 1 / len(part)))
        mean = float(part["value"].mean())
        lines.append({"direction": "placebos", "strength": strength, "value": mean, "low": mean - half,
                      "high": mean + half, "units": len(part)})  # fmt: skip
    return pd.DataFrame(lines, columns=COLUMNS).sort_values(["direction", "strength"], ignore_index=True)


def slopes(doses: pd.DataFrame, measure: str, strengths: Sequence[float] = ()) -> pd.Series:
    """Change of a measure per unit of strength, a line through zero for each direction; `strengths` picks doses."""
    moved = changes(doses, measure)
    kept = moved[moved["strength"].isin(strengths)] if len(strengths) else moved
    means = kept.groupby(["direction", "strength"], observed=True, sort=False)["value"].mean().reset_index()
    by = means.assign(xy=means["strength"] * means["value"], xx=means["strength"] ** 2).groupby("direction", sort=False)
    return by["xy"].sum() / by["xx"].sum()


def push(doses: pd.DataFrame, measure: str, direction: str) -> tuple[estimate.Estimate, float | None]:
    """(slope along a direction with limits, minimum detectable slope with these placebos).

    The limits say how far a placebo would have moved it: value +- t times the root mean square of the placebo slopes,
    at the strengths that direction and placebos share. They hold zero if the push does no more than a placebo.
    """
    moved = changes(doses, measure)
    aside = placebo(moved["direction"])
    shared = sorted(set(moved[aside]["strength"]) & set(moved[moved["direction"] == direction]["strength"]))
    by_direction = slopes(doses, measure, shared) if shared else pd.Series(dtype=float)
    blank = by_direction[placebo(by_direction.index.to_series())].to_numpy() if len(by_direction) else np.zeros(0)
    rows = int((moved["direction"] == direction).sum())
    counts, method = (len(blank), rows, rows, rows), "spread of placebo slopes"
    if len(blank) < 5 or direction not in by_direction:
        return estimate.Estimate(None, None, None, 0.95, *counts, method, reason="fewer than five placebos"), None
    spread, value = float(np.sqrt((blank**2).mean())), float(by_direction[direction])
    half = quantile(0.95, len(blank)) * spread
    smallest = power.power(spread, len(blank)).estimate
    return estimate.Estimate(value, value - half, value + half, 0.95, *counts, method), smallest


def side_effects(doses: pd.DataFrame, measures: Mapping[str, tuple[str, str]] = SIDE) -> pd.DataFrame:
    """One row per direction and strength, one column a share or probability, each as `mean (low to high)` over units;
    single placebos are pooled as `placebos`."""
    named = doses.assign(direction=doses["direction"].where(~placebo(doses["direction"]), "placebos"))
    columns = {}
    for name, (probe, measure) in measures.items():
        part = estimate.by(named[named["probe"] == probe], measure, ["direction", "strength"])
        columns[name] = part.set_index(["direction", "strength"]).apply(_said, axis=1)
    return pd.DataFrame(columns).sort_index().reset_index()


def _said(line: pd.Series) -> str:
    if line["value"] is None or line["low"] is None or line["low"] != line["low"]:
        return "" if line["value"] is None else f"{line['value']:.2f}"
    return f"{line['value']:.2f} ({line['low']:.2f} to {line['high']:.2f})"


def _limits(effect: estimate.Estimate) -> dict[str, float | int | None]:
    return {"value": effect.value, "low": effect.low, "high": effect.high, "units": effect.units}
