"""Pearson's chi-squared test of a table of counts."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from analysis.stats.fits._fit import Fit

ASSUMPTION = "every count is one independent unit"


def chi2(table: Any, correction: bool = False) -> Fit:
    """Counts [rows, columns] of independent units; `correction` is Yates's, for 2 x 2 only.

    Estimate: chi-squared. Details: cramers_v, least_expected. Refuses empty margins and, after Cochran, tables with an
    expected count below 1 or more than a fifth below 5.
    """
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or min(counts.shape) < 2 or (counts < 0).any():
        raise ValueError("a table of counts needs two rows, two columns and nothing negative")
    n = int(counts.sum())
    if not (counts.sum(axis=0).all() and counts.sum(axis=1).all()):
        return Fit("chi2", ASSUMPTION, units=n, rows=n, reason="a row or column is empty")
    test = stats.chi2_contingency(counts, correction=correction)
    least = float(test.expected_freq.min())
    details = {"least_expected": least}
    if least < 1 or (test.expected_freq < 5).mean() > 0.2:
        reason = f"expected counts are too small (least {least:.2g}): take an exact or permutation test"
        return Fit("chi2", ASSUMPTION, units=n, rows=n, reason=reason, details=details)
    details["cramers_v"] = float(np.sqrt(test.statistic / n / (min(counts.shape) - 1)))
    return Fit("chi2", ASSUMPTION, float(test.statistic), "chi-squared", statistic=float(test.statistic),
               df=float(test.dof), p=float(test.pvalue), units=n, rows=n, details=details)  # fmt: skip
