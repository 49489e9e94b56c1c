"""Paired t-test: the same units under two conditions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.stats.fits._fit import Fit
from analysis.stats.fits._units import gather
from analysis.stats.fits.welch import noncentral

ASSUMPTION = "units are independent and the differences of their means are not far from normal"


def paired_t(a: Any, b: Any, clusters_a: Any = None, clusters_b: Any = None, level: float = 0.95) -> Fit:
    """Mean of a - b over units scored in both. Without clusters rows pair by position; `clusters_b` defaults to a's.

    Details: d (mean over SD of the differences) with noncentral-t limits, units_dropped.
    """
    differences, dropped = _differences(a, b, clusters_a, clusters_a if clusters_b is None else clusters_b)
    n = len(differences)
    if n < 2:
        return Fit("paired_t", ASSUMPTION, units=n, reason="fewer than two units were scored under both conditions")
    mean, sd = float(differences.mean()), float(differences.std(ddof=1))
    if not sd > 1e-12 * max(1.0, abs(mean)):
        return Fit("paired_t", ASSUMPTION, units=n, reason="every unit differs by the same amount")
    t, half = mean / sd * np.sqrt(n), stats.t.ppf((1 + level) / 2, n - 1) * sd / np.sqrt(n)
    low, high = noncentral(t, n - 1, level)
    details = {"d": mean / sd, "d_low": low / np.sqrt(n), "d_high": high / np.sqrt(n), "units_dropped": float(dropped)}
    return Fit("paired_t", ASSUMPTION, mean, "mean difference", float(mean - half), float(mean + half), level, float(t),
               n - 1, float(2 * stats.t.sf(abs(t), n - 1)), n, 2 * n, details=details)  # fmt: skip


def _differences(a: Any, b: Any, clusters_a: Any, clusters_b: Any) -> tuple[np.ndarray, int]:
    if clusters_a is None and len(a) != len(b):
        raise ValueError("without clusters both sides need the same rows in the same order")
    first, second = gather(a, clusters_a), gather(b, clusters_b)
    seen = dict(zip(second.labels, second.means, strict=True))
    both = [mean - seen[label] for label, mean in zip(first.labels, first.means, strict=True) if label in seen]
    asked = len(pd.unique(np.concatenate([first.labels, second.labels])))
    return np.array(both), asked - len(both)
