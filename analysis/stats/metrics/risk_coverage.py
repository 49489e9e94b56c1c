"""Error rate among the answers kept, as the least confident are given up one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma

from analysis.stats.metrics._rows import NO_ROWS, Floats, divide, rows, ties


@dataclass(frozen=True)
class RiskCoverage:
    """`coverage` and `risk` [distinct confidences], most confident first.

    `area` is the mean risk over all numbers of answers kept; `excess` is what it is above an order without mistakes.
    """

    coverage: Floats
    risk: Floats
    area: float
    excess: float


def risk_coverage(confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None) -> RiskCoverage:
    """Risk-coverage curve and area; answers of equal confidence come in random order, and the area is its expectation.

    Source: Geifman and El-Yaniv 2017; excess area: Geifman, Uziel and El-Yaniv 2019.
    """
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return RiskCoverage(np.empty(0), np.empty(0), NO_ROWS, NO_ROWS)
    levels, right, count = ties(p, y, w)
    kept, wrong = np.cumsum(count[::-1]), np.cumsum((count - right)[::-1])
    area = float(counts(levels, right, count))
    hit = right.sum()
    best = counts(np.array([0.0, 1.0]), np.array([0.0, hit]), np.array([kept[-1] - hit, hit]))
    return RiskCoverage(kept / kept[-1], wrong / kept, area, area - float(best))


def counts(p: Floats, right: Floats, count: Floats) -> Floats:
    """Area of tables [...] of counts [..., confidences]: the mean over i = 1..n of the error rate of the first i.

    Within a run of equal confidence, from N0 answers with E0 errors on, the expected rate is
    (E0 + (i - N0) e)/i = e + (E0 - N0 e)/i, and the 1/i add up to a difference of digammas.
    """
    count, wrong = count[..., ::-1], (count - right)[..., ::-1]
    rate = np.nan_to_num(divide(wrong, count))
    before, missed = np.cumsum(count, axis=-1) - count, np.cumsum(wrong, axis=-1) - wrong
    harmonic = digamma(before + count + 1) - digamma(before + 1)
    return divide((wrong + (missed - before * rate) * harmonic).sum(axis=-1), count.sum(axis=-1))
