"""Partial proportional odds: cumulative logit in which some predictors shift all thresholds alike, others each its own.

logit P(Y <= j) = threshold_j + nominal_j' z - beta' x   (Peterson & Harrell 1990; R: ordinal::clm(nominal=)).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.stats.fits._fit import SEPARATED, Design, Fit, coefficients, columns, design, regression, separated, unfit
from analysis.stats.fits._robust import grams, sandwich

ASSUMPTION = "units are independent; x multiplies the odds alike at every threshold, nominal predictors need not"


def partial_odds(y: Any, x: Any, nominal: Any = None, clusters: Any = None, level: float = 0.95,
                 term: str | None = None, weights: Any = None) -> Fit:  # fmt: skip
    """Ordered y [n]; x [n, k] proportional; nominal [n, q] with one effect a threshold. Terms `nominal[z] j|j+1`.

    Without clusters rows must be independent (z); with clusters robust covariance (Kauermann-Carroll) and t.
    Positive estimates mean higher y. Details: loglik, aic, parameters. Refuses separation and empty cells.
    weights [n], above 0, need clusters: a rating whose distribution is known stands as a row per answer, weighted by
    its probability, as if drawn without end. Only what differs between units is then sampled. ValueError otherwise.
    """
    name = "partial_odds" if nominal is not None else "ordered_logit"
    own = _prefixed(nominal, len(np.asarray(y)))
    data = design(y, pd.concat([_frame(x), own], axis=1), clusters)
    heavy = _weights(weights, clusters, data)
    levels, codes = np.unique(data.y, return_inverse=True)
    reason = unfit(data)
    steps, terms = (None, []) if reason else _steps(data, len(levels), own.shape[1], levels)
    if steps is not None and separated(_directions(steps, codes)):
        reason = SEPARATED
    beta, loglik = (None, 0.0) if steps is None or reason else _newton(steps, codes, heavy)
    if beta is None or steps is None:
        reason = reason or "the likelihood could not be maximised"
        return Fit(name, ASSUMPTION, units=data.n_units, rows=len(data.y), reason=reason)
    _, scores, shares = _pieces(steps, codes, beta, data.units, heavy)
    bread = np.linalg.inv(shares.sum(axis=0))
    cov, df = bread, np.full(len(beta), np.inf)
    if clusters is not None:
        cov, df = sandwich(bread, scores, shares, data.units)
    table = coefficients(terms, beta, cov, df, level)
    details = {"loglik": loglik, "aic": aic(loglik, len(beta)), "parameters": float(len(beta))}
    return regression(name, ASSUMPTION, "log odds ratio of a higher y", table, data, details, level, term)


def _weights(given: Any, clusters: Any, data: Design) -> np.ndarray:
    if given is None:
        return np.ones(len(data.y))
    weights = np.asarray(given, dtype=float)
    if clusters is None or len(weights) != len(data.y) or not (weights > 0).all():
        raise ValueError("weights need clusters, complete rows, and one weight above 0 for each")
    return weights


def aic(loglik: float, parameters: int) -> float:
    """-2 loglik + 2 parameters."""
    return 2 * parameters - 2 * loglik


def odds_ratio(estimate: float, se: float, level: float = 0.95) -> dict[str, float]:
    """exp(estimate) with limits, its change in per cent, and `share` = OR / (1 + OR); normal reference."""
    q = float(stats.norm.ppf((1 + level) / 2))
    ratio, low, high = (math.exp(estimate + side * q * se) for side in (0, -1, 1))
    changes = {"change": 100 * (ratio - 1), "change_low": 100 * (low - 1), "change_high": 100 * (high - 1)}
    return {"odds_ratio": ratio, "low": low, "high": high, "share": ratio / (1 + ratio), **changes}


def _frame(x: Any) -> pd.DataFrame:
    given = x if isinstance(x, pd.DataFrame) else pd.DataFrame(x)
    return given.reset_index(drop=True)


def _prefixed(nominal: Any, rows: int) -> pd.DataFrame:
    if nominal is None:
        return pd.DataFrame(index=range(rows))
    return columns(nominal, intercept=False).rename(columns=lambda name: f"nominal[{name}]")


def _steps(data: Design, levels: int, own: int, names: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """[thresholds, n, parameters]: what each coefficient adds to the log odds of Y <= j; and the terms' names."""
    k, thresholds = data.x.shape[1] - 1 - own, levels - 1
    z = data.x[:, [0, *range(1 + k, 1 + k + own)]]
    steps = np.zeros((thresholds, len(data.y), thresholds * (1 + own) + k))
    for j in range(thresholds):
        steps[j, :, j * (1 + own) : (j + 1) * (1 + own)] = z
    steps[:, :, thresholds * (1 + own) :] = -data.x[:, 1 : 1 + k]
    cuts = [f"{names[j]:g}|{names[j + 1]:g}" for j in range(thresholds)]
    shifts = [
        f"{term} {cut}" for cut in cuts for term in ("threshold", *(f"threshold {t}" for t in data.terms[1 + k :]))
    ]
    return steps, [*shifts, *data.terms[1 : 1 + k]]


def _sides(steps: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the design for the thresholds above and below each answer, and where those exist."""
    rows, last = np.arange(len(codes)), len(steps) - 1
    above, below = steps[np.minimum(codes, last), rows], steps[np.maximum(codes - 1, 0), rows]
    return above, below, codes <= last, codes > 0


def _directions(steps: np.ndarray, codes: np.ndarray) -> np.ndarray:
    above, below, has_above, has_below = _sides(steps, codes)
    return np.concatenate([above[has_above], -below[has_below]])


def _pieces(
    steps: np.ndarray, codes: np.ndarray, beta: np.ndarray, units: np.ndarray, weights: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, scores [n, parameters] and observed information [units, parameters, parameters]."""
    above, below, has_above, has_below = _sides(steps, codes)
    up = np.where(has_above, special.expit(above @ beta), 1.0)
    down = np.where(has_below, special.expit(below @ beta), 0.0)
    p = up - down
    if (p <= 1e-12).any():
        return -np.inf, np.empty(0), np.empty(0)
    slope_up, slope_down = up * (1 - up) / p, down * (1 - down) / p
    scores = slope_up[:, None] * above - slope_down[:, None] * below
    up_bent, down_bent = weights * slope_up * (1 - 2 * up), weights * slope_down * (1 - 2 * down)
    bent = grams(above, up_bent, units) - grams(below, down_bent, units)
    return float(weights @ np.log(p)), weights[:, None] * scores, grams(scores, weights, units) - bent


def _start(steps: np.ndarray, codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    shares = np.array([np.average(codes <= j, weights=weights) for j in range(len(steps))])
    wide = np.linalg.lstsq(steps.reshape(-1, steps.shape[2]), np.repeat(special.logit(shares), len(codes)), rcond=None)
    return wide[0]


def _newton(steps: np.ndarray, codes: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray | None, float]:
    beta, one = _start(steps, codes, weights), np.zeros(len(codes), dtype=int)
    value, scores, information = _pieces(steps, codes, beta, one, weights)
    for _ in range(60):
        try:
            move = np.linalg.solve(information[0], scores.sum(axis=0))
        except (np.linalg.LinAlgError, IndexError):
            break
        for size in 0.5 ** np.arange(12):
            trial = _pieces(steps, codes, beta + size * move, one, weights)
            if trial[0] >= value - 1e-12:
                beta, (value, scores, information) = beta + size * move, trial
                break
        else:
            break
        if np.abs(scores.sum(axis=0)).max() < 1e-7 * len(codes) and np.abs(move).max() < 1e-7:
            return beta, value
    return None, value
