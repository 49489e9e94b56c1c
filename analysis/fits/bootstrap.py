"""Cluster bootstrap, for statistics without a formula (calibration error, area under a curve)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.fits._units import Estimate, gather, quantile, refused

MINIMUM_UNITS = 5


def bootstrap(statistic: Callable[..., float], columns: Sequence[Any], clusters: Any, rng: np.random.Generator,
              draws: int = 1000, level: float = 0.95, asked: int | None = None) -> Estimate:  # fmt: skip
    """Cluster bootstrap of `statistic(*columns)`, units redrawn whole; expanded percentile limits (Hesterberg 2015).

    For statistics without a formula (calibration error, area under a curve). Rows with a NaN column are unscored.
    A draw on which the statistic is None or NaN is left out; when more than one in twenty is, there is no interval.
    """
    arrays = [np.asarray(column) for column in columns]
    numeric = [column for column in arrays if column.dtype.kind in "fiub"]
    good = (
        np.logical_and.reduce([np.isfinite(column) for column in numeric]) if numeric else np.ones(len(arrays[0]), bool)
    )
    units = gather(np.where(good, 0.0, np.nan), clusters, asked)
    value = statistic(*(column[good] for column in arrays)) if units.n else None
    if value is None or not np.isfinite(value):
        return refused(units, level, "cluster bootstrap", "the statistic is not defined on these rows")
    if units.n < MINIMUM_UNITS:
        return Estimate(float(value), None, None, level, method="cluster bootstrap", **units.counts(),
                        reason=f"fewer than {MINIMUM_UNITS} independent units: no interval")  # fmt: skip
    codes, _ = pd.factorize(
        np.arange(len(good))[good] if clusters is None else np.asarray(clusters, dtype=object)[good]
    )
    drawn = _redraw(statistic, [column[good] for column in arrays], codes, rng, draws)
    if len(drawn) < 0.95 * draws:
        return Estimate(float(value), None, None, level, method="cluster bootstrap", **units.counts(),
                        reason="the statistic is undefined on too many redraws: no interval")  # fmt: skip
    tail = stats.norm.cdf(-np.sqrt(units.n / (units.n - 1)) * quantile(level, units.n - 1))
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(float(value), float(low), float(high), level, method="cluster bootstrap", **units.counts())


def _redraw(statistic: Callable[..., float], arrays: list[np.ndarray], codes: np.ndarray, rng: np.random.Generator,
            draws: int) -> np.ndarray:  # fmt: skip
    order, sizes = np.argsort(codes, kind="stable"), np.bincount(codes)
    starts, found = np.concatenate([[0], np.cumsum(sizes)[:-1]]), []
    for picked in rng.integers(len(sizes), size=(draws, len(sizes))):
        lengths = sizes[picked]
        ends = np.cumsum(lengths)
        rows = order[np.arange(ends[-1]) + np.repeat(starts[picked] - (ends - lengths), lengths)]
        found.append(statistic(*(column[rows] for column in arrays)))
    drawn = np.array([np.nan if one is None else one for one in found], dtype=float)
    return drawn[np.isfinite(drawn)]
