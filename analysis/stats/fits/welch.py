"""Welch's t-test between two sets of units, with the pooled t and Cohen's d beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from analysis.stats.fits._fit import Fit
from analysis.stats.fits._units import gather

ASSUMPTION = "units are independent, none is in both groups, and unit means are not far from normal"


def welch(a: Any, b: Any, clusters_a: Any = None, clusters_b: Any = None, level: float = 0.95) -> Fit:
    """Mean of a minus mean of b over unit means. Details: pooled_t, d (pooled SD) with noncentral-t limits."""
    first, second = gather(a, clusters_a), gather(b, clusters_b)
    units, rows = first.n + second.n, first.scored + second.scored
    if min(first.n, second.n) < 2:
        return Fit("welch", ASSUMPTION, units=units, rows=rows, reason="a group has fewer than two scored units")
    variance = first.variance + second.variance
    if not variance > 0:
        return Fit("welch", ASSUMPTION, units=units, rows=rows, reason="neither group varies")
    difference = first.value - second.value
    df = variance**2 / (first.variance**2 / (first.n - 1) + second.variance**2 / (second.n - 1))
    t, half = difference / np.sqrt(variance), stats.t.ppf((1 + level) / 2, df) * np.sqrt(variance)
    squares = first.variance * first.n * (first.n - 1) + second.variance * second.n * (second.n - 1)
    d, share = difference / np.sqrt(squares / (units - 2)), np.sqrt(first.n * second.n / units)
    low, high = noncentral(d * share, units - 2, level)
    details = {"pooled_t": float(d * share), "d": float(d), "d_low": low / share, "d_high": high / share,
               "mean_a": first.value, "mean_b": second.value}  # fmt: skip
    return Fit("welch", ASSUMPTION, float(difference), "mean difference", float(difference - half),
               float(difference + half), level, float(t), float(df), float(2 * stats.t.sf(abs(t), df)),
               units, rows, details=details)  # fmt: skip


def noncentral(t: float, df: float, level: float = 0.95) -> tuple[float, float]:
    """Limits of the noncentrality behind a t value (Cumming & Finch 2001)."""
    limits = special.nctdtrinc(df, np.array([(1 + level) / 2, (1 - level) / 2]), t)
    return float(limits[0]), float(limits[1])
