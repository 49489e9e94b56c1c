"""Cochran's Q: k conditions, the same units, a yes or no each. Follow with pairwise `mcnemar` under `holm`."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from analysis.stats.fits._fit import Fit

ASSUMPTION = (
    "units are independent, each was scored under every condition, and enough of them changed (24 cells or more)"
)


def cochran_q(answers: Any) -> Fit:
    """`answers` [units, conditions] of 0/1, NaN unscored; only complete units count, units without change say nothing.

    Estimate: Q, chi-squared on k - 1 (Cochran 1950). Refuses when fewer than 24 cells of changing units remain.
    """
    given = np.asarray(answers, dtype=float)
    if given.ndim != 2 or given.shape[1] < 2:
        raise ValueError("answers must be [units, conditions] with at least two conditions")
    whole = given[np.isfinite(given).all(axis=1)]
    if not np.isin(whole, (0.0, 1.0)).all():
        raise ValueError("answers must be 0, 1 or NaN")
    k, per_unit = whole.shape[1], whole.sum(axis=1)
    changing = int(((per_unit > 0) & (per_unit < k)).sum())
    details = {"units_changing": float(changing), "units_dropped": float(len(given) - len(whole))}
    if changing * k < 24:
        reason = f"only {changing} units changed over {k} conditions: chi-squared does not hold"
        return Fit("cochran_q", ASSUMPTION, units=len(whole), rows=whole.size, details=details, reason=reason)
    per_condition, total = whole.sum(axis=0), whole.sum()
    q = float((k - 1) * (k * (per_condition**2).sum() - total**2) / (k * total - (per_unit**2).sum()))
    return Fit("cochran_q", ASSUMPTION, q, "Q", statistic=q, df=k - 1, p=float(stats.chi2.sf(q, k - 1)),
               units=len(whole), rows=whole.size, details=details)  # fmt: skip
