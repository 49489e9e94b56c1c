"""Multinomial logit: an unordered outcome of several kinds, against its first kind."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import special

from analysis.fits._fit import SEPARATED, Design, Fit, coefficients, design, regression, runaway, separated, unfit
from analysis.fits._robust import constant_within, grams, sandwich

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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = sm.MNLogit(data.y.astype(int), data.x).fit(disp=False, method="newton", maxiter=100)
    beta = np.asarray(found.params).T
    if not found.mle_retvals["converged"] or any(runaway(one, data.x) for one in beta):
        return Fit("multinomial_logit", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=SEPARATED)
    cov, df = np.asarray(found.cov_params()), np.inf
    if clusters is not None:
        cov, df = _robust(data, beta), data.n_units - float(constant_within(data).sum())
    terms = [
        f"intercept {kind}" if name == "intercept" else f"{kind}: {name}" for kind in kinds[1:] for name in data.terms
    ]
    table = coefficients(terms, beta.ravel(), cov, df, level)
    details = {"loglik": float(found.llf)}
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


def _robust(data: Design, beta: np.ndarray) -> np.ndarray:
    """Cluster-robust covariance, coefficients in the order of `beta.ravel()`."""
    kinds, k = len(beta), data.x.shape[1]
    log_odds = np.column_stack([np.zeros(len(data.y)), data.x @ beta.T])
    p = special.softmax(log_odds, axis=1)[:, 1:]
    scores = (((data.y[:, None] == np.arange(1, kinds + 1)) - p)[:, :, None] * data.x[:, None]).reshape(len(p), -1)
    shares = np.zeros((data.n_units, kinds * k, kinds * k))
    for a in range(kinds):
        for b in range(kinds):
            block = grams(data.x, p[:, a] * ((a == b) - p[:, b]), data.units)
            shares[:, a * k : (a + 1) * k, b * k : (b + 1) * k] = block
    return sandwich(np.linalg.inv(shares.sum(axis=0)), scores, shares, data.units)
