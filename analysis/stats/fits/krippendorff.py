"""Krippendorff's alpha: agreement of any number of raters, with gaps, for nominal, ordinal or interval labels."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.stats.fits._fit import Fit
from analysis.stats.fits._units import named
from analysis.stats.fits.bootstrap import bootstrap

ASSUMPTION = "items are independent; raters are exchangeable"


def krippendorff(ratings: Any, kind: str = "nominal", clusters: Any = None, rng: np.random.Generator | None = None,
                 level: float = 0.95) -> Fit:  # fmt: skip
    """ratings [raters, items] of numbers, NaN unscored (code labels as numbers first); kind nominal, ordinal, interval.

    alpha = 1 - observed/expected disagreement over the coincidences of items rated at least twice (Krippendorff 2011).
    Limits by bootstrap over items when `rng` is given, none where too few differ. Refuses when only one label was
    ever given.
    """
    given = np.asarray(ratings, dtype=float)
    if given.ndim != 2 or kind not in ("nominal", "ordinal", "interval"):
        raise ValueError("ratings must be [raters, items], kind one of nominal, ordinal, interval")
    paired = np.isfinite(given).sum(axis=0) > 1
    values = np.unique(given[:, paired][np.isfinite(given[:, paired])])
    n = int(paired.sum())
    if len(values) < 2:
        reason = "only one label was ever given" if n else "no item was rated twice"
        return Fit("krippendorff", ASSUMPTION, units=n, rows=int(np.isfinite(given).sum()), reason=reason)
    counts = np.stack([(given[:, paired] == value).sum(axis=0) for value in values], axis=1).astype(float)
    low, high, reason = None, None, ""
    if rng is not None:
        names = None if clusters is None else named(clusters, len(paired))[paired]
        lines = np.arange(n)
        drawn = bootstrap(lambda rows: _alpha(counts[rows], values, kind), (lines,), names, rng, level=level,
                          within=(-1.0, 1.0))  # fmt: skip
        low, high, reason = drawn.low, drawn.high, drawn.reason
    return Fit("krippendorff", ASSUMPTION, _alpha(counts, values, kind), f"alpha, {kind}", low, high, level,
               units=n, rows=int(counts.sum()), reason=reason)  # fmt: skip


def _alpha(counts: np.ndarray, values: np.ndarray, kind: str) -> float:
    """counts [items, labels]; nan where only one label is left."""
    raters = counts.sum(axis=1, keepdims=True)
    pairs = (counts / (raters - 1)).T @ counts - np.diag((counts / (raters - 1)).sum(axis=0))
    totals = pairs.sum(axis=1)
    cost = _cost(totals, values, kind)
    expected = totals @ cost @ totals / (totals.sum() - 1)
    return float(1 - (pairs * cost).sum() / expected) if expected > 0 else float("nan")


def _cost(totals: np.ndarray, values: np.ndarray, kind: str) -> np.ndarray:
    if kind == "nominal":
        return 1.0 - np.eye(len(values))
    place = values if kind == "interval" else np.cumsum(totals) - totals / 2
    return np.subtract.outer(place, place) ** 2
