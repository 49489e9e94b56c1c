"""Error rate among the answers kept, as the least confident are given up one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma

from analysis.metrics._rows import NO_ROWS, Floats, rows, ties


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
    _, y, w = (part[::-1] for part in ties(p, y, w))
    kept, wrong = np.cumsum(w), np.cumsum(w * (1 - y))
    right = kept[-1] - wrong[-1]
    area, best = _area(1 - y, w), _area(np.array([0.0, 1.0]), np.array([right, wrong[-1]]))
    return RiskCoverage(kept / kept[-1], wrong / kept, area, area - best)


def _area(error: Floats, count: Floats) -> float:
    """Mean over i = 1..n of the expected error rate among the first i answers.

    Within a run of equal confidence, from N0 answers with E0 errors on, it is (E0 + (i - N0) e)/i = e + (E0 - N0 e)/i,
    and the 1/i add up to a difference of digammas.
    """
    error, count = error[count > 0], count[count > 0]
    before = np.cumsum(count) - count
    wrong = np.cumsum(error * count) - error * count
    harmonic = digamma(before + count + 1) - digamma(before + 1)
    return float((error * count + (wrong - before * error) * harmonic).sum() / count.sum())
