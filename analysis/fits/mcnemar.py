"""Exact McNemar test: two conditions, the same units, a yes or no each."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from analysis.fits._fit import Fit

ASSUMPTION = "units are independent and each gives one pair; given a change, either direction is equally likely"


def mcnemar(gained: int, lost: int, level: float = 0.95, mid: bool = False) -> Fit:
    """`gained` units are yes only under the first condition, `lost` only under the second.

    Estimate: share of the changed units that gained, with Clopper-Pearson limits; 1/2 is no effect. `mid` takes the
    mid-p value (Fagerland et al. 2013), whose error rate is near nominal where the exact test's is well below it.
    Refuses when no unit changed.
    """
    gained, lost = int(gained), int(lost)
    changed = gained + lost
    if gained < 0 or lost < 0:
        raise ValueError("counts cannot be negative")
    if changed == 0:
        return Fit("mcnemar", ASSUMPTION, reason="no unit changed between the conditions")
    p = float(stats.binomtest(gained, changed).pvalue)
    if mid:
        p = p - float(stats.binom.pmf(gained, changed, 0.5)) if gained != lost else 1.0
    limits = stats.binomtest(gained, changed).proportion_ci(level, method="exact")
    details = {"gained": float(gained), "lost": float(lost)} | ({"odds_ratio": gained / lost} if lost else {})
    return Fit("mcnemar", ASSUMPTION, gained / changed, "share of changed units that gained", float(limits.low),
               float(limits.high), level, float(gained), None, p, changed, 2 * changed, details=details)  # fmt: skip


def pairs(first: Any, second: Any, clusters: Any = None) -> tuple[int, int]:
    """(gained, lost) of two aligned 0/1 arrays, one entry a unit; pairs with an unscored side do not count.

    `clusters` names the unit of each pair: a unit with two pairs is an error, since the test would count it twice.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    good = np.isfinite(a) & np.isfinite(b)
    if not np.isin(np.concatenate([a[good], b[good]]), (0.0, 1.0)).all():
        raise ValueError("pairs needs 0, 1 or NaN: average repeats and take paired_t instead")
    if clusters is not None and len(set(np.asarray(clusters, dtype=object)[good])) < good.sum():
        raise ValueError("a unit gives more than one pair: take gee_logit by unit, or paired_t on unit means")
    return int((a[good] > b[good]).sum()), int((a[good] < b[good]).sum())
