"""Permutation max-T: many tests on the same units (layers, positions) with one error rate for the family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.stats.fits._fit import Fit

PAIRED = "units are independent, and under no effect each unit's differences could as well have had the other sign"
GROUPS = "units are independent, and under no effect group labels are exchangeable"


def max_t(values: Any, rng: np.random.Generator, groups: Any = None, draws: int = 4999, level: float = 0.95,
          names: Sequence[str] | None = None) -> Fit:  # fmt: skip
    """values [units, tests]: differences within units (signs are flipped), or scores with groups [units] of two labels.

    Single-step max-T (Westfall & Young 1993): p in the table is adjusted for all tests. All sign patterns are used when
    there are no more than `draws`. Units with a NaN are dropped; tests without variation stay, without p.
    The headline is the test with the largest |t|.
    """
    given = np.asarray(values, dtype=float)
    whole = np.isfinite(given).all(axis=1)
    data, assumption = given[whole], PAIRED if groups is None else GROUPS
    varies = data.std(axis=0) > 1e-12 if len(data) else np.zeros(given.shape[1], bool)
    if len(data) < 6 or not varies.any():
        reason = "fewer than 6 complete units: no p below .05 is possible" if len(data) < 6 else "nothing varies"
        return Fit("max_t", assumption, units=len(data), rows=data.size, reason=reason)
    labels = None if groups is None else _halves(np.asarray(groups, dtype=object)[whole])
    kept = data[:, varies]
    patterns = _signs(len(data), draws, rng) if labels is None else _shuffles(labels, draws, rng)
    compute = _paired if labels is None else _pooled
    seen = compute(kept, (np.ones(len(kept)) if labels is None else labels)[None])[0]
    largest = np.abs(compute(kept, patterns)).max(axis=1)
    p = (largest[:, None] >= np.abs(seen) - 1e-9).mean(axis=0)
    means = kept.mean(axis=0) if labels is None else kept[labels > 0].mean(axis=0) - kept[labels < 0].mean(axis=0)
    table = _table(names, varies, means, seen, p)
    best = int(np.nanargmax(np.abs(table["statistic"])))
    details = {"tests": float(given.shape[1]), "patterns": float(len(patterns)), "best": float(best)}
    line = table.iloc[best]
    return Fit("max_t", assumption, float(line["estimate"]), f"mean difference at {line['term']}", level=level,
               statistic=float(line["statistic"]), p=float(line["p"]), units=len(data), rows=data.size, table=table,
               details=details)  # fmt: skip


def _table(names: Sequence[str] | None, varies: np.ndarray, *results: np.ndarray) -> pd.DataFrame:
    terms = list(names) if names is not None else [f"test {at}" for at in range(len(varies))]
    table = pd.DataFrame({"term": terms, "estimate": np.nan, "statistic": np.nan, "p": np.nan})
    for column, values in zip(("estimate", "statistic", "p"), results, strict=True):
        table.loc[varies, column] = values
    return table


def _signs(n: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    if 2**n <= draws + 1:
        return 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
    return np.vstack([np.ones(n), rng.choice((-1.0, 1.0), size=(draws, n))])


def _halves(groups: np.ndarray) -> np.ndarray:
    codes, labels = pd.factorize(groups, sort=True)
    if len(labels) != 2 or (codes < 0).any() or np.bincount(codes).min() < 2:
        raise ValueError("groups must have two labels with at least two complete units each")
    return np.where(codes == 0, 1.0, -1.0)


def _shuffles(labels: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    return np.vstack([labels, rng.permuted(np.tile(labels, (draws, 1)), axis=1)])


def _paired(data: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """t of the mean [patterns, tests]; flipping leaves the sum of squares alone."""
    n, means = len(data), signs @ data / len(data)
    variance = ((data**2).sum(axis=0) - n * means**2) / (n - 1)
    return means * np.sqrt(n) / np.sqrt(np.maximum(variance, 1e-12 * (data**2).sum(axis=0)))


def _pooled(data: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Pooled two-sample t [patterns, tests]; the total sum of squares stays."""
    centred, first = data - data.mean(axis=0), (labels > 0).astype(float)
    n, m = len(data), first.sum(axis=1, keepdims=True)
    sums = first @ centred
    gap = sums / m + sums / (n - m)
    rest = (centred**2).sum(axis=0) - gap**2 * m * (n - m) / n
    return gap / np.sqrt(np.maximum(rest, 1e-12) / (n - 2) * n / (m * (n - m)))
