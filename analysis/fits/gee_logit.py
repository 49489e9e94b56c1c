"""Clustered logit: generalised estimating equations, exchangeable within units, corrected for few units."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import statsmodels.api as sm

from analysis.fits._fit import SEPARATED, Fit, coefficients, design, regression, runaway
from analysis.fits.logit import unusable

ASSUMPTION = "units are independent; rows within a unit may depend on one another in any way"


def gee_logit(y: Any, x: Any, clusters: Any, level: float = 0.95, term: str | None = None) -> Fit:
    """y [n] of 0/1 on x [n, k], rows grouped by unit. Mancl-DeRouen covariance, t on units - coefficients.

    Refuses separation before fitting (GEE itself would report a tiny standard error there), constants, too few units.
    Details: dependence (exchangeable correlation within units).
    """
    data = design(y, x, clusters)
    reason = unusable(data, data.x.shape[1] + 2)
    if reason:
        return Fit("gee_logit", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=reason)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        working = sm.cov_struct.Exchangeable()
        model = sm.GEE(data.y, data.x, data.units, family=sm.families.Binomial(), cov_struct=working)
        found = model.fit(cov_type="bias_reduced")
    beta, cov = np.asarray(found.params), np.asarray(found.cov_params())
    if not found.converged or runaway(beta, data.x) or not (np.diag(cov) > 0).all():
        return Fit("gee_logit", ASSUMPTION, units=data.n_units, rows=len(data.y), reason=SEPARATED)
    table = coefficients(data.terms, beta, cov, data.n_units - len(beta), level)
    details = {"dependence": float(np.squeeze(working.dep_params))}
    return regression("gee_logit", ASSUMPTION, "log odds ratio", table, data, details, level, term)
