"""A number, its interval and its denominator. Everything here counts independent units, never rows.

Repeated rows of a unit are averaged first (and, where arms are named, within each arm before that), then every unit
weighs the same. Intervals follow from the spread between units; `method` says which one was used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.stats import frame
from analysis.stats.fits._units import (
    FEW,
    NOTHING,
    Estimate,
    Units,
    gather,
    proportion_limits,
    quantile,
    refused,
    student,
    wilson,
)
from analysis.stats.fits.bootstrap import bootstrap

ROUNDING = 1e-5
"""Probabilities summed in float32 may pass 1 by this much."""
__all__ = [
    "Estimate",
    "between",
    "bootstrap",
    "by",
    "difference",
    "mean",
    "pooled",
    "proportion",
    "ratio",
    "simultaneous",
]


def proportion(values: Any, clusters: Any = None, asked: int | None = None, level: float = 0.95,
               arms: Any = None) -> Estimate:  # fmt: skip
    """Share or mean probability; `values` in [0, 1], NaN where unscored, `clusters` the independent unit of each row.

    Wilson below 300 units (with the effective number of units where rows repeat or are probabilities), cluster t above.
    """
    units, name = gather(values, clusters, asked, arms), "proportion"
    if not units.n:
        return refused(units, level, name)
    units = _shares(units)
    low, high, method = proportion_limits(units, level)
    return Estimate(units.value, low, high, level, method=method, **units.counts())


def _shares(units: Units) -> Units:
    if units.means.min() < -ROUNDING or units.means.max() > 1 + ROUNDING:
        raise ValueError("a proportion needs values in [0, 1]")
    return replace(units, means=np.clip(units.means, 0.0, 1.0))


def mean(values: Any, clusters: Any = None, asked: int | None = None, level: float = 0.95,
         arms: Any = None) -> Estimate:  # fmt: skip
    """Mean of the unit means with Student's t on units - 1 degrees of freedom.

    The limit on the side of the longer tail lies further out by the skewness term of Johnson 1978,
    doi:10.1080/01621459.1978.10480051: a few long units pull mean and spread up together, and t then misses to the
    right of the mean (skewed units, n = 20: 7.8 % of exponential ones, 5.1 % with the term). Nothing is taken off the
    other side.
    """
    units = gather(values, clusters, asked, arms)
    if not units.n:
        return refused(units, level, "cluster t")
    interval = student(units.value, units.variance, units.n - 1, level, units.counts())
    if interval.low is None or interval.high is None or units.n < 3:
        return interval
    q, skewness = quantile(level, units.n - 1), float(stats.skew(units.means, bias=False))
    longer = skewness * float(np.sqrt(units.variance / units.n)) / 6 * (1 + 2 * q * q)
    return replace(interval, low=interval.low + min(longer, 0.0), high=interval.high + max(longer, 0.0))


def _influence(units: Units, labels: list[Any], index: dict[Any, int]) -> np.ndarray:
    """Each unit's pull on the mean, on the union of both samples' units; 0 for units not seen."""
    pull = np.zeros(len(index))
    pull[[index[label] for label in labels]] = (units.means - units.value) / units.n
    return pull


def _both(a: Units, b: Units, units: int) -> dict[str, Any]:
    spreads = [spread for spread in (a.spread, b.spread) if spread is not None]
    return {
        "units": units,
        "rows": a.rows + b.rows,
        "scored": a.scored + b.scored,
        "asked": a.asked + b.asked,
        "spread": max(spreads, default=None),
    }


def difference(a: Any, b: Any, clusters_a: Any = None, clusters_b: Any = None, kind: str = "mean",
               level: float = 0.95, paired: bool | None = None) -> Estimate:  # fmt: skip
    """Mean of `a` minus mean of `b`. Units named in both samples are paired; the others count as independent.

    t on the units' pulls, which is the paired t or Welch's at the two extremes. kind "proportion" keeps the limits
    inside [-1, 1]. It combines the Wilson limits of both sides, each with its effective number of units (Newcombe 1998,
    method 10 of both papers; Zou & Donner 2008), where a side is all yes or all no, and below 300 units for answers of
    different units or one answer a unit: there a spread of nothing, or of five units, would pass for knowledge.
    `paired=False` treats equal names as different units; without clusters rows pair only with `paired=True`.
    """
    first, second = gather(a, clusters_a), gather(b, clusters_b)
    apart = paired is False or (clusters_a is None and not paired)
    here, there = [(0, label) for label in first.labels], [(int(apart), label) for label in second.labels]
    index = {label: at for at, label in enumerate(dict.fromkeys([*here, *there]))}
    counts = _both(first, second, len(index))
    if not first.n or not second.n:
        return Estimate(None, None, None, level, method="difference", reason=f"{NOTHING} on one side", **counts)
    pull_a, pull_b = _influence(first, here, index), _influence(second, there, index)
    shared, one_each = first.n + second.n - len(index), first.single and second.single
    variance, df = _pulled(first, second, pull_a, pull_b, shared)
    counted = first.binary and second.binary and min(first.n, second.n) < FEW
    flat = any(side.binary and side.degenerate for side in (first, second)) or not variance > 0
    if kind == "proportion" and (flat or (counted and (one_each or not shared))):
        low, high = _combined(first, second, pull_a, pull_b, level)
        return Estimate(first.value - second.value, low, high, level, method="combined Wilson limits", **counts)
    return student(first.value - second.value, variance, df, level, counts, within=kind == "proportion")


def between(first: pd.DataFrame, second: pd.DataFrame, kind: str = "mean", by: str = "cluster") -> Estimate:
    """`difference` of the column `value` of two parts of a table, whose column `by` names the independent units."""
    return difference(first["value"], second["value"], first[by].to_numpy(), second[by].to_numpy(), kind=kind)


def _combined(a: Units, b: Units, pull_a: np.ndarray, pull_b: np.ndarray, level: float) -> tuple[float, float]:
    (low_a, high_a, _), (low_b, high_b, _) = proportion_limits(a, level), proportion_limits(b, level)
    size = np.sqrt((pull_a**2).sum() * (pull_b**2).sum())
    together = float(pull_a @ pull_b)
    if together > 0:  # Newcombe's correction: few pairs make two answers look more alike than they are
        together = max(0.0, together - 0.5 / (a.n * b.n))
    r = together / size if size > 0 else 0.0
    down_a, up_a, down_b, up_b = a.value - low_a, high_a - a.value, b.value - low_b, high_b - b.value
    below = np.sqrt(max(0.0, down_a**2 - 2 * r * down_a * up_b + up_b**2))
    above = np.sqrt(max(0.0, up_a**2 - 2 * r * up_a * down_b + down_b**2))
    return max(-1.0, float(a.value - b.value - below)), min(1.0, float(a.value - b.value + above))


def _pulled(a: Units, b: Units, pull_a: np.ndarray, pull_b: np.ndarray, shared: int) -> tuple[float, float]:
    """Variance and degrees of freedom of the difference, `shared` units being in both samples."""
    if a.n < 2 or b.n < 2:
        return np.nan, np.nan
    part_a, part_b = (pull_a**2).sum() * a.n / (a.n - 1), (pull_b**2).sum() * b.n / (b.n - 1)
    both = 2 * (pull_a @ pull_b) * shared / max(shared - 1, 1)
    if shared == a.n == b.n:
        return part_a + part_b - both, a.n - 1
    spread = part_a**2 / (a.n - 1) + part_b**2 / (b.n - 1)
    welch = (part_a + part_b) ** 2 / spread if spread > 0 else np.nan
    return part_a + part_b - both, min(welch, min(a.n, b.n) - 1) if shared else welch


def ratio(numerator: Any, denominator: Any, clusters: Any = None, asked: int | None = None,
          level: float = 0.95) -> Estimate:  # fmt: skip
    """Ratio of sums over all rows; interval by t with the jackknife over units (Cochran 1977, 6.3 and 6.17).

    What a unit leaves over is divided by one minus its share of the denominator: a large unit draws the ratio towards
    itself. With equal denominators this is the linearised variance. Units of unequal denominators are worth fewer: t
    has the degrees of freedom of as many equal ones (Kish 1965; a denominator whose logarithm has SD 1 in 12 units:
    missed in 7.1 %, and in 4.8 % with them).
    """
    top, bottom = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    both = np.isfinite(top) & np.isfinite(bottom)
    units, names = gather(np.where(both, top, np.nan), clusters, asked), "jackknife ratio"
    if not units.n:
        return refused(units, level, names)
    keys = (np.arange(len(top)) if clusters is None else np.asarray(clusters, dtype=object))[both]
    codes, _ = pd.factorize(keys)
    ys, xs = np.bincount(codes, top[both]), np.bincount(codes, bottom[both])
    if xs.sum() == 0:
        return refused(units, level, names, "the denominator is zero")
    value = float(ys.sum() / xs.sum())
    without = xs.sum() - xs
    if units.n < 2 or not (np.abs(without) > 0).all():
        return student(value, np.nan, units.n - 1, level, units.counts(), names)
    variance = (((ys - value * xs) / without) ** 2).sum() * (units.n - 1) / units.n
    df = np.abs(xs).sum() ** 2 / (xs**2).sum() * (units.n - 1) / units.n
    return student(value, variance, df, level, units.counts(), names)


def pooled(values: Any, clusters: Any = None, asked: int | None = None, level: float = 0.95) -> Estimate:
    """Share over all rows, for units whose number of rows depends on their own answers (states a player came into).

    The mean of unit means is then biased: a run of yeses that ends in a no weighs as much as a lone no (Miller and
    Sanjurjo 2018, doi:10.3982/ECTA14943). Wilson limits with the effective number of rows, by linearisation.
    """
    units, name = gather(values, clusters, asked), "pooled, Wilson with effective n"
    if not units.n:
        return refused(units, level, name)
    units = _shares(units)
    share = float(np.average(units.means, weights=units.sizes))
    pulls = units.sizes * (units.means - share) / units.sizes.sum()
    variance = (pulls**2).sum() * units.n / max(units.n - 1, 1)
    effective = share * (1 - share) / variance if variance > 1e-24 else units.n
    if units.binary:
        effective = min(effective, units.scored)
    low, high = wilson(share, effective, quantile(level, units.n - 1) if units.n > 1 else quantile(level))
    return Estimate(share, low, high, level, method=name, **units.counts())


def known(value: Any) -> float | None:
    """A number of a table, or None where it is missing."""
    return None if value is None or value != value else float(value)


def simultaneous(single: Estimate, family: int, other: float = 0.0,
                 within: tuple[float, float] = (-np.inf, np.inf)) -> Estimate:  # fmt: skip
    """The estimate with limits, cut to a range, that hold for all of a declared family at once (Bonferroni).

    other: half-width, at the estimate's level, of a second and independent source of error (wordings beside scenes);
    half-widths add as squares.
    """
    if single.value is None or single.low is None or single.high is None:
        return single
    df = max(single.units - 1, 1)
    wider = quantile(1 - (1 - single.level) / family, df) / quantile(single.level, df)
    low, high = (np.hypot(side, other) * wider for side in (single.value - single.low, single.high - single.value))
    named = f"{single.method}, for all {family} at once" if family > 1 else single.method
    limits = np.clip([single.value - low, single.value + high], *within)
    return replace(single, low=float(limits[0]), high=float(limits[1]), method=named)


def by(table: pd.DataFrame, measure: str, groups: Sequence[str] = (), kind: str = "proportion",
       level: float = 0.95) -> pd.DataFrame:  # fmt: skip
    """One line per cell of `groups`: value, low, high, units, rows, scored, asked, spread, method, reason.

    Arms are averaged within the unit where the table has an `arm` that is not itself a group. A cell in which nothing
    was scored stays, with its reason.
    """
    estimator, scored = {"proportion": proportion, "mean": mean, "pooled": pooled}[kind], frame.rows(table, measure)
    cells = scored.groupby(list(groups), observed=True, dropna=False, sort=False) if groups else [((), scored)]
    averaged, lines = kind != "pooled" and "arm" in scored.columns and "arm" not in groups, []
    for cell, part in cells:
        arms: dict[str, Any] = {"arms": part["arm"].to_numpy()} if averaged and part["arm"].notna().any() else {}
        estimate = estimator(part["value"], part["cluster"].to_numpy(), level=level, **arms)
        lines.append(dict(zip(groups, cell if isinstance(cell, tuple) else (cell,), strict=True)) | estimate.record())
    return pd.DataFrame(lines)
