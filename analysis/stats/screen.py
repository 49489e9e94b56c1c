"""One error rate for everything that a report decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from analysis.stats.estimate import Estimate
from analysis.stats.fits.holm import step_down


def p_value(estimate: Estimate, null: float) -> float | None:
    """Two-sided p of a null value, from the half of the interval that faces it; None without an interval.

    The half is taken as the quantile of t on units - 1 times a standard error (as in MOVER, Zou & Donner 2008), so that
    p < 1 - level exactly where the interval excludes the null; further out the tails are those of that t.
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    half = estimate.value - estimate.low if null < estimate.value else estimate.high - estimate.value
    if not half > 0:
        return 1.0 if estimate.value == null else 0.0
    tail = stats.t(max(estimate.units - 1, 1))
    return float(2 * tail.sf(abs(estimate.value - null) / half * tail.ppf((1 + estimate.level) / 2)))


def adjusted(findings: Sequence[tuple[Estimate, float | None]]) -> list[float | None]:
    """Holm's p of every finding (estimate, null) of one report; None where there is nothing to decide.

    With all nulls true at most one report in twenty then holds any p below .05, whatever the dependence. A finding that
    has no null or no interval decides nothing and is no member of the family.
    """
    raw = [None if null is None else p_value(estimate, null) for estimate, null in findings]
    known = [at for at, p in enumerate(raw) if p is not None]
    corrected = step_down(np.array([raw[at] for at in known], dtype=float))
    given: list[float | None] = [None] * len(raw)
    for at, p in zip(known, corrected, strict=True):
        given[at] = float(p)
    return given
