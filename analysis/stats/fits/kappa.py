"""Cohen's kappa, plain or weighted: agreement of two raters beyond what their habits would give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.stats.fits._fit import Fit
from analysis.stats.fits._units import named
from analysis.stats.fits.bootstrap import bootstrap

ASSUMPTION = "items are independent; kappa depends on how common the labels are (see krippendorff)"


def kappa(a: Any, b: Any, weights: str = "none", clusters: Any = None, rng: np.random.Generator | None = None,
          level: float = 0.95) -> Fit:  # fmt: skip
    """Labels a [n], b [n] (None or NaN unscored); weights none, linear or quadratic by rank of the sorted labels.

    Limits by bootstrap over items (whole clusters) when `rng` is given; none where too few items differ for one.
    Details: agreement, expected. Refuses when both raters gave one and the same label throughout: nothing could
    disagree.
    """
    if weights not in ("none", "linear", "quadratic"):
        raise ValueError("weights is one of none, linear, quadratic")
    first, second = pd.Series(np.asarray(a, dtype=object)), pd.Series(np.asarray(b, dtype=object))
    good = (first.notna() & second.notna()).to_numpy()
    codes, labels = pd.factorize(pd.concat([first[good], second[good]]), sort=True)
    x, y, n = codes[: good.sum()], codes[good.sum() :], int(good.sum())
    names = None if clusters is None else named(clusters, len(good))[good]
    if len(labels) < 2:
        reason = "both raters gave one and the same label throughout" if n else "no item was scored by both"
        return Fit("kappa", ASSUMPTION, units=n, rows=n, reason=reason)
    cost = _cost(len(labels), weights)
    seen, expected = _disagreement(x, y, cost)
    low, high, reason = None, None, ""
    if rng is not None:
        estimate = bootstrap(lambda p, q: _ratio(*_disagreement(p, q, cost)), (x, y), names, rng, level=level,
                             within=(-1.0, 1.0))  # fmt: skip
        low, high, reason = estimate.low, estimate.high, estimate.reason
    units = n if names is None else len(pd.unique(names))
    details = {"agreement": 1 - seen, "expected": 1 - expected, "items_dropped": float((~good).sum())}
    return Fit("kappa", ASSUMPTION, _ratio(seen, expected), "kappa", low, high, level, units=units, rows=n,
               details=details, reason=reason)  # fmt: skip


def _cost(labels: int, weights: str) -> np.ndarray:
    gap = np.abs(np.subtract.outer(np.arange(labels), np.arange(labels))) / (labels - 1)
    return {"none": (gap > 0).astype(float), "linear": gap, "quadratic": gap**2}[weights]


def _disagreement(x: np.ndarray, y: np.ndarray, cost: np.ndarray) -> tuple[float, float]:
    k = len(cost)
    table = np.bincount(x * k + y, minlength=k * k).reshape(k, k) / len(x)
    return float((cost * table).sum()), float((cost * np.outer(table.sum(axis=1), table.sum(axis=0))).sum())


def _ratio(seen: float, expected: float) -> float:
    return 1 - seen / expected if expected > 0 else float("nan")
