"""Multinomial logit: an unordered outcome of several kinds, against its first kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.stats.fits._fit import SEPARATED, Design, Fit, coefficients, design, regression, runaway, separated, unfit
from analysis.stats.fits._robust import grams, sandwich

ASSUMPTION = "units are independent (every row, when no clusters are given); odds of two kinds ignore the others"


def multinomial_logit(y: Any, x: Any, clusters: Any = None, level: float = 0.95, term: str | None = None) -> Fit:
    """y [n] of labels (None unscored) on x [n, k]; terms read `kind: predictor`, the first kind in order is reference.

    Without clusters z from the model, with them robust covariance (Kauermann-Carroll) and t. Details: loglik.
    Refuses separation and empty cells.
    """
    codes, kinds = pd.factorize(pd.Series(np.asarray(y, dtype=object)), sort=True)
    data = design(np.where(codes < 0, np.nan, codes), x, clusters)
    reason = unfit(data, 2 if clusters is None else data.x.shape[1] + 1)
    if not reason and len(np.unique(data.y)) < len(kinds):
        reason = "a kind of outcome has no complete row"
    if not reason and separated(_directions(data, len(kinds))):
        reason = SEPARATED
    if reason:
        return Fit("multinomial_logit", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=reason)
    fit = _maximise(data, len(kinds) - 1)
    if fit is None or any(runaway(one, data.x) for one in fit[0]):
        return Fit("multinomial_logit", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=SEPARATED)
    beta, loglik, scores, shares = fit
    cov, df = np.linalg.inv(shares.sum(axis=0)), np.full(beta.size, np.inf)
    if clusters is not None:
        cov, df = sandwich(cov, scores, shares, data.units)
    terms = [
        f"intercept {kind}" if name == "intercept" else f"{kind}: {name}" for kind in kinds[1:] for name in data.terms
    ]
    table = coefficients(terms, beta.ravel(), cov, df, level)
    details = {"loglik": loglik}
    return regression("multinomial_logit", ASSUMPTION, f"log odds ratio against {kinds[0]}", table, data, details,
                      level, term)  # fmt: skip


def _directions(data: Design, kinds: int) -> np.ndarray:
    """Every row would raise its own kind against each other kind."""
    codes, k = data.y.astype(int), data.x.shape[1]
    blocks = []
    for other in range(kinds):
        rows = codes != other
        wish = np.zeros((int(rows.sum()), kinds, k))
        wish[np.arange(len(wish)), codes[rows]] = data.x[rows]
        wish[:, other] -= data.x[rows]
        blocks.append(wish[:, 1:].reshape(len(wish), -1))
    return np.concatenate(blocks)


def _maximise(data: Design, kinds: int) -> tuple[np.ndarray, float, np.ndarray, np.ndarray] | None:
    """Coefficients [kinds, k], log-likelihood, scores and information per unit; nothing when Newton does not arrive."""
    beta, one = np.zeros((kinds, data.x.shape[1])), np.zeros(len(data.y), dtype=int)
    for _ in range(50):
        _, scores, shares = _pieces(data, beta, one)
        try:
            move = np.linalg.solve(shares[0], scores.sum(axis=0)).reshape(beta.shape)
        except np.linalg.LinAlgError:
            return None
        beta = beta + move * min(1.0, 5.0 / max(np.abs(move).max(), 1e-300))
        if np.abs(move).max() < 1e-9:
            return beta, *_pieces(data, beta, data.units)
    return None


def _pieces(data: Design, beta: np.ndarray, units: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, scores [n, kinds * k] and information [units, kinds * k, kinds * k]."""
    kinds, k = beta.shape
    logs = special.log_softmax(np.column_stack([np.zeros(len(data.y)), data.x @ beta.T]), axis=1)
    p = np.exp(logs[:, 1:])
    scores = (((data.y[:, None] == np.arange(1, kinds + 1)) - p)[:, :, None] * data.x[:, None]).reshape(len(p), -1)
    shares = np.zeros((int(units.max()) + 1, kinds * k, kinds * k))
    for a in range(kinds):
        for b in range(kinds):
            shares[:, a * k : (a + 1) * k, b * k : (b + 1) * k] = grams(data.x, p[:, a] * ((a == b) - p[:, b]), units)
    return float(logs[np.arange(len(p)), data.y.astype(int)].sum()), scores, shares
