"""Clustered logit: generalised estimating equations, exchangeable within units, corrected for few units.

Liang & Zeger 1986 with the small-sample covariance of Kauermann & Carroll 2001 and t on units - predictors constant
within units. Own code, because statsmodels offers only the uncorrected and the Mancl-DeRouen covariance and a normal
reference; its coefficients and uncorrected covariance are the oracle of the tests.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from analysis.stats.fits._fit import SEPARATED, Design, Fit, coefficients, design, regression, runaway
from analysis.stats.fits._robust import sandwich
from analysis.stats.fits.logit import maximise, unusable

ASSUMPTION = "units are independent; rows within a unit may depend on one another in any way"


def gee_logit(y: Any, x: Any, clusters: Any, level: float = 0.95, term: str | None = None) -> Fit:
    """y [n] of 0/1 on x [n, k], rows grouped by unit; estimates are log odds ratios averaged over the population.

    Refuses separation (where GEE would report a tiny standard error), constants, fewer than k + 2 units.
    Details: dependence (exchangeable correlation within units).
    """
    data = design(y, x, clusters)
    reason = unusable(data, data.x.shape[1] + 2)
    solved = None if reason else _solve(data)
    if solved is None or runaway(solved[0], data.x):
        return Fit("gee_logit", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=reason or SEPARATED)
    beta, dependence, scores, information = solved
    bread, units = np.linalg.inv(information.sum(axis=0)), np.arange(data.n_units)
    cov, df = sandwich(bread, scores, information, units)
    table = coefficients(data.terms, beta, cov, df, level)
    details = {"dependence": dependence}
    return regression("gee_logit", ASSUMPTION, "log odds ratio", table, data, details, level, term)


def _solve(data: Design) -> tuple[np.ndarray, float, np.ndarray, np.ndarray] | None:
    """Coefficients, dependence, scores [units, k] and information [units, k, k]; nothing when it does not arrive."""
    beta, _ = maximise(data.y, data.x)
    if beta is None:
        return None
    for _ in range(60):
        dependence = _dependence(data, beta)
        scores, information = _pieces(data, beta, dependence)
        move = np.linalg.solve(information.sum(axis=0), scores.sum(axis=0))
        if not np.isfinite(move).all():
            return None
        beta = beta + move
        if np.abs(move).max() < 1e-8:
            return beta, dependence, *_pieces(data, beta, dependence)
    return None


def _residuals(data: Design, beta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    p = special.expit(data.x @ beta)
    root = np.sqrt(p * (1 - p))
    return (data.y - p) / root, root[:, None] * data.x


def _dependence(data: Design, beta: np.ndarray) -> float:
    """Mean product of standardised residuals over pairs of rows of a unit, kept where the correlation is valid."""
    residual, _ = _residuals(data, beta)
    sizes, k = np.bincount(data.units), data.x.shape[1]
    pairs = float((sizes * (sizes - 1) / 2).sum())
    if pairs <= k:
        return 0.0
    products = (np.bincount(data.units, residual) ** 2 - np.bincount(data.units, residual**2)).sum() / 2
    scale = (residual**2).sum() / (len(residual) - k)
    return float(np.clip(products / (pairs - k) / scale, -0.9 / (sizes.max() - 1), 0.99))


def _pieces(data: Design, beta: np.ndarray, dependence: float) -> tuple[np.ndarray, np.ndarray]:
    """Per unit D'V^-1 r and D'V^-1 D, the exchangeable inverse written out (no matrix of the unit's size)."""
    residual, x = _residuals(data, beta)
    sizes, joined = np.bincount(data.units), np.column_stack([x, residual])
    sums, k = np.zeros((data.n_units, joined.shape[1])), x.shape[1]
    np.add.at(sums, data.units, joined)
    cross = np.stack([np.bincount(data.units, x[:, a] * joined[:, b]) for a in range(k) for b in range(k + 1)], axis=1)
    shrink = dependence / (1 + (sizes - 1) * dependence)
    pieces = cross.reshape(-1, k, k + 1) - shrink[:, None, None] * sums[:, :k, None] * sums[:, None]
    pieces /= 1 - dependence
    return pieces[:, :, k], pieces[:, :, :k]
