"""Linear model with a random intercept per unit, by restricted maximum likelihood."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import optimize

from analysis.stats.fits._fit import Design, Fit, coefficients, design, regression, unfit
from analysis.stats.fits._robust import constant_within

ASSUMPTION = "units are independent; effects do not vary between units (else paired_t); residuals not far from normal"


def random_intercept(y: Any, x: Any, clusters: Any, level: float = 0.95, term: str | None = None) -> Fit:
    """y [n] on x [n, k] (array, mapping or frame; text becomes indicators) with one random intercept a unit.

    t on units - rank(between) for predictors constant within units, on the remaining rows for the others (containment).
    Details: icc, sd_units, sd_rows, boundary (1 when the units' variance is estimated as zero).
    """
    data = design(y, x, clusters)
    reason = unfit(data, data.x.shape[1] + 1)
    if not reason and data.n_units == len(data.y):
        reason = "one row per unit: no random intercept can be told from noise (take welch or ols on units)"
    if reason:
        return Fit("random_intercept", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=reason)
    sums = _Sums(data)
    optimum = optimize.minimize_scalar(lambda log: sums.deviance(np.exp(log)), bounds=(-14, 10), method="bounded")
    weight = float(np.exp(optimum.x)) if optimum.fun < sums.deviance(0.0) else 0.0
    beta, variance, information = sums.solve(weight)
    df = _degrees(data)
    table = coefficients(data.terms, beta, variance * np.linalg.inv(information), df, level)
    details = {"icc": weight / (1 + weight), "sd_units": float(np.sqrt(weight * variance)),
               "sd_rows": float(np.sqrt(variance)), "boundary": float(weight == 0.0)}  # fmt: skip
    return regression("random_intercept", ASSUMPTION, "mean difference", table, data, details, level, term)


class _Sums:
    """Sufficient sums per unit, so that every trial value of the variance ratio costs k^2 per unit, not per row."""

    def __init__(self, data: Design) -> None:
        joined, units = np.column_stack([data.x, data.y]), data.n_units
        self.cross, self.k, self.n = joined.T @ joined, data.x.shape[1], len(data.y)
        self.totals = np.zeros((units, joined.shape[1]))
        np.add.at(self.totals, data.units, joined)
        self.sizes = np.bincount(data.units)

    def solve(self, weight: float) -> tuple[np.ndarray, float, np.ndarray]:
        """Coefficients, residual variance and X'V^-1 X for the ratio of unit to row variance."""
        pull = weight / (1 + weight * self.sizes)
        cross = self.cross - (self.totals * pull[:, None]).T @ self.totals
        information, k = cross[: self.k, : self.k], self.k
        beta = np.linalg.solve(information, cross[:k, k])
        return beta, float((cross[k, k] - beta @ cross[:k, k]) / (self.n - k)), information

    def deviance(self, weight: float) -> float:
        """-2 restricted log-likelihood, up to a constant."""
        _, variance, information = self.solve(weight)
        logs = np.log1p(weight * self.sizes).sum() + np.linalg.slogdet(information)[1]
        return float((self.n - self.k) * np.log(max(variance, 1e-300)) + logs)


def _degrees(data: Design) -> np.ndarray:
    between = constant_within(data)
    rest = len(data.y) - data.n_units - int((~between).sum())
    return np.where(between, data.n_units - int(between.sum()), max(rest, 1)).astype(float)
