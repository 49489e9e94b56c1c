"""Logistic regression by maximum likelihood, with cluster-robust errors where rows share a unit."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from analysis.stats.fits._fit import SEPARATED, Design, Fit, coefficients, design, regression, runaway, separated, unfit
from analysis.stats.fits._robust import grams, sandwich

ASSUMPTION = "units are independent (every row, when no clusters are given)"


def logit(y: Any, x: Any, clusters: Any = None, level: float = 0.95, term: str | None = None) -> Fit:
    """y [n] of 0/1 on x [n, k]. Without clusters z from the model; with them robust covariance (Kauermann-Carroll).

    Then t on units less the predictors constant within units. Refuses separation, constants, too few units.
    """
    data = design(y, x, clusters)
    reason = unusable(data, 2 if clusters is None else data.x.shape[1] + 1)
    beta, information = (None, None) if reason else maximise(data.y, data.x)
    if beta is None or information is None or runaway(beta, data.x):
        return Fit("logit", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=reason or SEPARATED)
    bread, p = np.linalg.inv(information), special.expit(data.x @ beta)
    cov, df = bread, np.full(len(beta), np.inf)
    if clusters is not None:
        shares = grams(data.x, p * (1 - p), data.units)
        cov, df = sandwich(bread, (data.y - p)[:, None] * data.x, shares, data.units)
    loglik = float(np.log(np.where(data.y > 0, p, 1 - p)).sum())
    table = coefficients(data.terms, beta, cov, df, level)
    return regression("logit", ASSUMPTION, "log odds ratio", table, data, {"loglik": loglik}, level, term)


def unusable(data: Design, fewest: int) -> str:
    """Why no logit can be fitted, or nothing."""
    if not np.isin(data.y, (0.0, 1.0)).all():
        raise ValueError("a logit needs y of 0, 1 or NaN")
    reason = unfit(data, fewest)
    return reason or (SEPARATED if separated(np.where(data.y > 0, 1.0, -1.0)[:, None] * data.x) else "")


def maximise(y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Coefficients and information by Newton's method, or nothing when it does not arrive."""
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = special.expit(x @ beta)
        information = (x * (p * (1 - p))[:, None]).T @ x
        try:
            move = np.linalg.solve(information, x.T @ (y - p))
        except np.linalg.LinAlgError:
            return None, None
        beta = beta + move * min(1.0, 5.0 / max(np.abs(move).max(), 1e-300))
        if np.abs(move).max() < 1e-9:
            return beta, information
    return None, None
