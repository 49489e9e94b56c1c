"""Cluster bootstrap, for statistics without a formula (an energy coefficient, the agreement of raters)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.stats.fits._units import Estimate, gather, named, quantile, refused

MINIMUM_UNITS = 10
"""Below this many units there is no interval."""
METHOD = "cluster bootstrap-t"
FEW = f"fewer than {MINIMUM_UNITS} independent units: no interval"
UNDEFINED = "the statistic is undefined on too many redraws: no interval"
NO_WIDTH = "too few units differ: more than one redraw in twenty shows no variation, so no interval"


def bootstrap(statistic: Callable[..., float], columns: Sequence[Any], clusters: Any, rng: np.random.Generator,
              draws: int = 1000, level: float = 0.95, asked: int | None = None,
              within: tuple[float, float] = (-np.inf, np.inf)) -> Estimate:  # fmt: skip
    """Cluster bootstrap-t of `statistic(*columns)`, units redrawn whole; limits are cut to the range `within`.

    Every redraw is divided by its own standard error, from the pull of each unit on the statistic (leave one unit out),
    so that skewed values are allowed for (Efron & Tibshirani 1993, chapter 12.5); for a mean it is exact bootstrap-t.
    Neither limit is nearer than by Student's t: few units do not show how short a tail is (20 lognormal units of SD .5:
    missed in 6.5 %, with t 5.1 %).
    Rows with a NaN column are unscored. A redraw on which the statistic is None or NaN is left out; when more than one
    in twenty is, when there are fewer than ten units, or when nothing varies, there is no interval.
    """
    arrays = [np.asarray(column) for column in columns]
    numeric = [column for column in arrays if column.dtype.kind in "fiub"]
    good = (
        np.logical_and.reduce([np.isfinite(column) for column in numeric]) if numeric else np.ones(len(arrays[0]), bool)
    )
    units = gather(np.where(good, 0.0, np.nan), clusters, asked)
    kept = [column[good] for column in arrays]
    value = statistic(*kept) if units.n else None
    if value is None or not np.isfinite(value):
        return refused(units, level, METHOD, "the statistic is not defined on these rows")
    codes, _ = pd.factorize(named(clusters, len(good))[good])
    limits = _limits(statistic, kept, float(value), codes, rng, draws, level)
    if isinstance(limits, str):
        return Estimate(float(value), None, None, level, method=METHOD, reason=limits, **units.counts())
    low, high = np.clip(limits, *within)
    return Estimate(float(value), float(low), float(high), level, method=METHOD, **units.counts())


def _limits(statistic: Callable[..., float], columns: list[np.ndarray], value: float, codes: np.ndarray,
            rng: np.random.Generator, draws: int, level: float) -> tuple[float, float] | str:  # fmt: skip
    """Lower and upper limit, or why there are none."""
    n = int(codes.max()) + 1
    if n < MINIMUM_UNITS:
        return FEW
    picked = rng.integers(n, size=(draws, n))
    drawn, pull = _redraw(statistic, columns, codes, picked), _pulls(statistic, columns, codes)
    if np.isfinite(drawn).sum() < 0.95 * draws or not np.isfinite(pull).all():
        return UNDEFINED
    error, errors = pull.std(ddof=1) / np.sqrt(n), pull[picked].std(axis=1, ddof=1) / np.sqrt(n)
    usable = np.isfinite(drawn) & (errors > 1e-9 * error)
    if not error > 1e-12 * max(1.0, abs(value)) or usable.sum() < 0.95 * draws:
        return NO_WIDTH
    upper, lower = np.quantile((drawn[usable] - value) / errors[usable], [(1 + level) / 2, (1 - level) / 2])
    t = quantile(level, n - 1)
    return value - max(upper, t) * error, value - min(lower, -t) * error


def _pulls(statistic: Callable[..., float], columns: list[np.ndarray], codes: np.ndarray) -> np.ndarray:
    """(n - 1) times what each unit takes away from the statistic when it is left out, around its mean."""
    n = int(codes.max()) + 1
    without = np.array([_number(statistic(*(column[codes != unit] for column in columns))) for unit in range(n)])
    return (n - 1) * (without.mean() - without)


def _redraw(statistic: Callable[..., float], arrays: list[np.ndarray], codes: np.ndarray,
            picked: np.ndarray) -> np.ndarray:  # fmt: skip
    """The statistic of each redraw `picked` [draws, units], NaN where it is not defined."""
    order, sizes = np.argsort(codes, kind="stable"), np.bincount(codes)
    starts, drawn = np.concatenate([[0], np.cumsum(sizes)[:-1]]), []
    for units in picked:
        lengths = sizes[units]
        ends = np.cumsum(lengths)
        rows = order[np.arange(ends[-1]) + np.repeat(starts[units] - (ends - lengths), lengths)]
        drawn.append(_number(statistic(*(column[rows] for column in arrays))))
    return np.array(drawn)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
