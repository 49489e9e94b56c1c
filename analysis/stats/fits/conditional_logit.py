"""Conditional logit: effects within units only, whatever each unit's own inclination (Chamberlain 1980).

The likelihood of a unit is taken given how many of its rows are yes; the sum over all ways to place them is built row
by row (Gail, Lubin & Rubinstein 1981). statsmodels is the oracle of the tests: its cost grows too steeply to use.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.stats.fits._fit import SEPARATED, Design, Fit, coefficients, design, regression, runaway, separated, unfit

ASSUMPTION = "units are independent, and rows within a unit are independent given its own intercept"
LARGEST = 400


def conditional_logit(y: Any, x: Any, clusters: Any, level: float = 0.95, term: str | None = None) -> Fit:
    """y [n] of 0/1 on x [n, k] that varies within units; z reference. Units without a change in y say nothing.

    Refuses separation, predictors that do not vary within units, units of more than 400 rows (take gee_logit).
    Details: units_changing.
    """
    data = design(y, x, clusters, intercept=False)
    changing = _changing(data)
    reason = _unusable(changing)
    beta, information = (None, None) if reason else _maximise(changing)
    if beta is None or information is None or runaway(beta, changing.x):
        reason = reason or SEPARATED
        return Fit("conditional_logit", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=reason)
    table = coefficients(data.terms, beta, np.linalg.inv(information), np.inf, level)
    details = {"units_changing": float(changing.n_units)}
    return regression("conditional_logit", ASSUMPTION, "log odds ratio within units", table, data, details, level, term)


def _changing(data: Design) -> Design:
    """The units in which y takes both values."""
    shares = np.bincount(data.units, data.y) / np.maximum(np.bincount(data.units), 1) if len(data.y) else np.empty(0)
    keep = ((shares > 0) & (shares < 1))[data.units]
    _, units = np.unique(data.units[keep], return_inverse=True)
    return Design(data.y[keep], data.x[keep], data.terms, units, data.dropped)


def _unusable(data: Design) -> str:
    if len(data.y) == 0:
        return "no unit changed its answer"
    totals = np.zeros((data.n_units, data.x.shape[1]))
    np.add.at(totals, data.units, data.x)
    sizes = np.bincount(data.units)
    within = data.x - (totals / sizes[:, None])[data.units]
    if np.linalg.matrix_rank(within) < data.x.shape[1]:
        return "a predictor does not vary within units"
    if sizes.max() > LARGEST:
        return f"a unit has {sizes.max()} rows, more than {LARGEST}: take gee_logit"
    return unfit(data) or (SEPARATED if separated(_gaps(data)) else "")


def _gaps(data: Design) -> np.ndarray:
    """Every yes minus every no of the same unit."""
    return np.concatenate(
        [
            (yes[:, None] - no[None]).reshape(-1, data.x.shape[1])
            for unit in range(data.n_units)
            for rows in [data.units == unit]
            for yes, no in [(data.x[rows & (data.y == 1)], data.x[rows & (data.y == 0)])]
        ]
    )


def _maximise(data: Design) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Coefficients and information by Newton's method, or nothing when it does not arrive."""
    order = np.argsort(data.units, kind="stable")
    units, sizes = data.units[order], np.bincount(data.units)
    place = np.arange(len(units)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    x = np.zeros((data.n_units, sizes.max(), data.x.shape[1]))
    present = np.zeros(x.shape[:2])
    x[units, place], present[units, place] = data.x[order], 1.0
    chosen, yes = np.bincount(data.units, data.y).astype(int), data.y @ data.x
    beta = np.zeros(data.x.shape[1])
    for _ in range(50):
        mean, spread = _placements(x, present, chosen, beta)
        try:
            move = np.linalg.solve(spread, yes - mean)
        except np.linalg.LinAlgError:
            return None, None
        beta = beta + move * min(1.0, 5.0 / max(np.abs(move).max(), 1e-300))
        if np.abs(move).max() < 1e-9:
            return beta, spread
    return None, None


def _placements(
    x: np.ndarray, present: np.ndarray, chosen: np.ndarray, beta: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean [k] and covariance [k, k] of the summed x of the yes rows over all ways to place them, summed over units."""
    linear = np.where(present > 0, x @ beta, -np.inf)
    weight = np.exp(linear - linear.max(axis=1, keepdims=True))
    units, rows, k = x.shape
    total = np.zeros((units, chosen.max() + 1))
    total[:, 0] = 1.0
    first, second = np.zeros((*total.shape, k)), np.zeros((*total.shape, k, k))
    for row in range(rows):
        w, here = weight[:, row, None], x[:, row, None]
        cross = here[..., :, None] * first[:, :-1, None, :]
        grown = second[:, :-1] + cross + cross.swapaxes(2, 3)
        grown = grown + here[..., :, None] * here[..., None, :] * total[:, :-1, None, None]
        second[:, 1:] += w[..., None, None] * grown
        first[:, 1:] += w[..., None] * (first[:, :-1] + here * total[:, :-1, None])
        total[:, 1:] += w * total[:, :-1]
    at = np.arange(units)
    mean = first[at, chosen] / total[at, chosen, None]
    moment = second[at, chosen] / total[at, chosen, None, None]
    return mean.sum(axis=0), (moment - mean[:, :, None] * mean[:, None, :]).sum(axis=0)
