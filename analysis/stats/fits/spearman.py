"""Spearman's rank correlation between two measurements of the same independent units."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
from scipy import special, stats

from analysis.stats.fits._fit import Fit

ASSUMPTION = "units are independent and each gives one pair; only the order of the values counts"
FEWEST = 5
"""With four units even perfect agreement of the orders has p = 2/24."""
EXACT = 8
"""Up to so many units p counts all orders; above, t on n - 2 degrees of freedom, never below what the orders allow."""


def spearman(x: Any, y: Any, level: float = 0.95) -> Fit:
    """x, y [units]; pairs with an unscored side do not count. Estimate: rho; limits by Fisher's z with the variance of
    Bonett & Wright 2000, at a perfect order from half a step below it. Details: smallest, the |rho| that reaches
    p < 1 - level at this n by t.

    Refuses fewer than five units, and a side that is constant.
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    good = np.isfinite(a) & np.isfinite(b)
    n = int(good.sum())
    if n < FEWEST:
        reason = f"n = {n}: below {FEWEST} no order of the units can be told from chance"
        return Fit("spearman", ASSUMPTION, units=n, rows=n, reason=reason)
    first, second = stats.rankdata(a[good]), stats.rankdata(b[good])
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return Fit("spearman", ASSUMPTION, units=n, rows=n, reason="one side has the same value everywhere")
    rho = float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))
    q = stats.t.ppf((1 + level) / 2, n - 2)
    (low, high), p = _limits(rho, n, level), _p(first, second, rho)
    smallest = {"smallest": float(q / np.sqrt(n - 2 + q * q))}
    return Fit("spearman", ASSUMPTION, rho, "rank correlation", low, high, level, rho, n - 2, p, n, n, details=smallest)


def _limits(rho: float, n: int, level: float) -> tuple[float, float]:
    """A perfect order, whose z is infinite, is read half a step short of it: the step is two neighbours exchanged."""
    inner = 1 - 6 / (n * (n * n - 1))
    z = float(np.arctanh(np.clip(rho, -inner, inner)))
    half = float(stats.norm.ppf((1 + level) / 2) * np.sqrt((1 + rho**2 / 2) / (n - 3)))
    return (-1.0 if rho < -inner else float(np.tanh(z - half))), (1.0 if rho > inner else float(np.tanh(z + half)))


def _p(first: np.ndarray, second: np.ndarray, rho: float) -> float:
    n = len(first)
    if n > EXACT:
        approximate = 2 * stats.t.sf(abs(rho) * np.sqrt((n - 2) / max(1 - rho**2, 1e-15)), n - 2)
        return float(max(approximate, 2 / special.factorial(n)))
    orders = np.array(list(permutations(second)))
    centred = (orders - orders.mean(axis=1, keepdims=True)) @ (first - first.mean())
    observed = (second - second.mean()) @ (first - first.mean())
    return float((np.abs(centred) >= abs(observed) - 1e-9).mean())
