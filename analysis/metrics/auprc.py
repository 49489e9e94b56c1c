"""Precision and recall of confidence as a detector of right answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.metrics._rows import NO_ROWS, NotEstimable, rows, ties


def auprc(confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Average precision: sum over thresholds of precision times gain in recall; no information gives the accuracy.

    Not estimable when no answer is right. For mistakes as the target pass `1 - confidence, 1 - correct`.
    """
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return NO_ROWS
    _, y, w = (part[::-1] for part in ties(p, y, w))
    right = w * y
    if not right.sum() > 0:
        return NotEstimable("no answer is right")
    return float(right @ (np.cumsum(right) / np.cumsum(w)) / right.sum())
