"""Area under the ROC curve with an interval that has a width even where the two groups do not overlap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, stats

from analysis.stats.fits._fit import Fit
from analysis.stats.fits._units import UNNAMED, named
from analysis.stats.metrics.auroc import one_sided

ASSUMPTION = "units are independent; under no effect, whole units could as well have had one another's outcomes"
FEWEST = 3
"""Units below which there is no interval."""


def area(score: Any, correct: Any, clusters: Any = None, rng: np.random.Generator | None = None, draws: int = 4999,
         level: float = 0.95) -> Fit:  # fmt: skip
    """Probability that a row with `correct` 1 has the larger score than one with 0, ties counting half.

    Limits are those areas that a score test does not reject: the variance of Hanley and McNeil 1982 at the area in
    question, as simplified by Newcombe 2006 (doi:10.1002/sim.2324, method 5), times the design effect of the clusters.
    At an area of 1/2 that variance is Mann and Whitney's.

    Parameters
    ----------
    score, correct : array [rows]; `correct` is 0 or 1, rows with a NaN do not count.
    clusters : array [rows], the independent unit of each row; every row its own by default.
    rng : with it `p` comes from permutations of outcomes between units with the same number of rows.

    Details: design_effect (variance between units over variance between rows, at least 1), right, wrong.

    Example
    -------
    >>> round(area([0.1, 0.2, 0.3, 0.7, 0.8, 0.9], [0, 0, 0, 1, 1, 1]).low, 2)
    0.37
    """
    s, y = np.asarray(score, dtype=float), np.asarray(correct, dtype=float)
    good = np.isfinite(s) & np.isfinite(y)
    s, y = s[good], y[good]
    if not np.isin(y, (0.0, 1.0)).all():
        raise ValueError("area needs outcomes of 0, 1 or NaN")
    units, _ = pd.factorize(named(clusters, len(good))[good])
    if (units < 0).any():
        raise ValueError(UNNAMED)
    n = int(units.max()) + 1 if len(units) else 0
    counts: dict[str, Any] = {"units": n, "rows": len(y), "level": level}
    if not len(y) or np.ptp(y) == 0:
        return Fit("area", ASSUMPTION, reason=one_sided(y) if len(y) else "nothing could be scored", **counts)
    value, effect = _value(s, y), _design_effect(s, y, units)
    details = {"design_effect": effect, "right": float(y.sum()), "wrong": float((1 - y).sum())}
    low = high = None
    if n >= FEWEST:
        low, high = _limits(value, y.sum(), (1 - y).sum(), effect, stats.t.ppf((1 + level) / 2, n - 1))
    p = None if rng is None else _permuted(s, y, units, rng, draws)
    reason = "" if n >= FEWEST else f"fewer than {FEWEST} independent units: no interval"
    return Fit("area", ASSUMPTION, value, "area under the ROC curve", low, high, p=p, details=details, reason=reason,
               **counts)  # fmt: skip


def _value(s: np.ndarray, y: np.ndarray) -> float:
    m, n = y.sum(), len(y) - y.sum()
    return float((stats.rankdata(s)[y == 1].sum() - m * (m + 1) / 2) / (m * n))


def gap(score: Any, other: Any, correct: Any, clusters: Any = None, level: float = 0.95) -> Fit:
    """Area of `score` minus the area of `other` over the same rows. Each limit is from the score limits of both, with
    the correlation of what units do to them (Zou & Donner 2008; DeLong et al. 1988), so that an area of 1 has a width.

    Rows in which any of the three is NaN do not count; other arguments as for `area`. Details: area, other.

    Example
    -------
    >>> gap([1, 2, 3, 4], [1, 2, 3, 4], [0, 1, 0, 1]).estimate
    0.0
    """
    s, o, y = (np.asarray(column, dtype=float) for column in (score, other, correct))
    good = np.isfinite(s) & np.isfinite(o) & np.isfinite(y)
    names = named(clusters, len(good))[good]
    one, two = (area(column[good], y[good], names, level=level) for column in (s, o))
    counts: dict[str, Any] = {"units": one.units, "rows": one.rows, "level": level}
    ends = [(fit.estimate, fit.low, fit.high) for fit in (one, two)]
    if None in ends[0] + ends[1]:
        return Fit("area gap", ASSUMPTION, reason=one.reason or two.reason, **counts)
    (a, low_a, high_a), (b, low_b, high_b) = np.array(ends, dtype=float)
    units = pd.factorize(names)[0]
    pulls = [np.bincount(units, _pull(column[good], y[good])) for column in (s, o)]
    size = float(np.sqrt((pulls[0] ** 2).sum() * (pulls[1] ** 2).sum()))
    r = float(pulls[0] @ pulls[1]) / size if size > 1e-12 else 0.0
    below, above = (float(np.sqrt(max(0.0, near**2 - 2 * r * near * far + far**2)))
                    for near, far in ((a - low_a, high_b - b), (high_a - a, b - low_b)))  # fmt: skip
    details = {"area": float(a), "other": float(b)}
    return Fit("area gap", ASSUMPTION, float(a - b), "difference of areas", float(a - b) - below, float(a - b) + above,
               details=details, **counts)  # fmt: skip


def _pull(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What each row [rows] does to the area: the share of the other side that it lies above, around its mean."""
    right, ranks = y == 1, stats.rankdata(s)
    pull = np.empty(len(s))
    for side, other in ((right, ~right), (~right, right)):
        above = (ranks[side] - stats.rankdata(s[side])) / other.sum()
        pull[side] = (above - above.mean()) / side.sum()
    pull[~right] *= -1
    return pull


def _design_effect(s: np.ndarray, y: np.ndarray, units: np.ndarray) -> float:
    """Variance of the area from units over that from rows (Obuchowski 1997 over DeLong et al. 1988), at least 1.

    Where neither varies, a unit is taken to tell as much as one row.
    """
    pull = _pull(s, y)
    rows, joined = (pull**2).sum(), (np.bincount(units, pull) ** 2).sum()
    return float(max(1.0, joined / rows)) if rows > 1e-12 else len(s) / (int(units.max()) + 1)


def _limits(value: float, m: float, n: float, effect: float, q: float) -> tuple[float, float]:
    more = (m + n) / 2 - 1

    def beyond(area: float) -> float:
        variance = area * (1 - area) * (1 + more * ((1 - area) / (2 - area) + area / (1 + area))) / (m * n)
        return float((value - area) ** 2 - q * q * effect * variance)

    # At the ends the variance is 0, so that an area of 0 or 1 is a root of its own: not the one wanted.
    low = 0.0 if value == 0 else float(optimize.brentq(beyond, 0.0, min(value, 1 - 1e-9)))
    high = 1.0 if value == 1 else float(optimize.brentq(beyond, max(value, 1e-9), 1.0))
    return low, high


def _permuted(s: np.ndarray, y: np.ndarray, units: np.ndarray, rng: np.random.Generator, draws: int) -> float:
    """Two-sided p of the rank sum; a unit whose number of rows no other has keeps its outcomes."""
    order = np.argsort(units, kind="stable")
    ranks, outcomes, sizes = stats.rankdata(s)[order], y[order], np.bincount(units)
    total, first = np.zeros(draws), np.concatenate([[0], np.cumsum(sizes)[:-1]])
    for size in np.unique(sizes):
        rows = first[sizes == size][:, None] + np.arange(size)
        # How well the outcomes of unit j go with the ranks of unit i: a permutation picks one entry a line.
        match = (ranks[rows] - ranks.mean()) @ outcomes[rows].T
        picked = rng.permuted(np.tile(np.arange(len(rows)), (draws, 1)), axis=1)
        total += match[np.arange(len(rows)), picked].sum(axis=1)
    seen = abs((ranks - ranks.mean()) @ outcomes)
    return float((1 + (np.abs(total) >= seen - 1e-9).sum()) / (draws + 1))
