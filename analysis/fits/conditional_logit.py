"""Conditional logit: effects within units only, whatever each unit's own inclination (Chamberlain 1980)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from statsmodels.discrete.conditional_models import ConditionalLogit

from analysis.fits._fit import SEPARATED, Design, Fit, coefficients, design, regression, runaway, separated, unfit

ASSUMPTION = "units are independent, and rows within a unit are independent given its own intercept"
LARGEST = 40


def conditional_logit(y: Any, x: Any, clusters: Any, level: float = 0.95, term: str | None = None) -> Fit:
    """y [n] of 0/1 on x [n, k] that varies within units; z reference. Units without a change in y say nothing.

    Refuses units of more than 40 rows (cost grows steeply: take gee_logit), separation, nothing varying within units.
    Details: units_changing.
    """
    data = design(y, x, clusters, intercept=False)
    changing = _changing(data)
    reason = _unusable(changing)
    if reason:
        return Fit("conditional_logit", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=reason)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = ConditionalLogit(changing.y, changing.x, groups=changing.units).fit(disp=False)
    beta, cov = np.asarray(found.params), np.asarray(found.cov_params())
    if runaway(beta, changing.x) or not (np.diag(cov) > 0).all():
        return Fit("conditional_logit", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=SEPARATED)
    table, details = coefficients(data.terms, beta, cov, np.inf, level), {"units_changing": float(changing.n_units)}
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
