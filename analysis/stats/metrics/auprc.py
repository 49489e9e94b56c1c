"""Precision and recall of confidence as a detector of right answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._rows import NO_ROWS, Floats, NotEstimable, divide, rows, ties


def auprc(confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Average precision: sum over thresholds of precision times gain in recall; no information gives the accuracy.

    Not estimable when no answer is right. For mistakes as the target pass `1 - confidence, 1 - correct`.
    """
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return NO_ROWS
    value = float(counts(*ties(p, y, w)))
    return NotEstimable("no answer is right") if np.isnan(value) else value


def counts(p: Floats, right: Floats, count: Floats) -> Floats:
    """Average precision of tables [...] of counts [..., confidences]; NaN where not estimable."""
    right, count = right[..., ::-1], count[..., ::-1]
    precision = np.nan_to_num(divide(np.cumsum(right, axis=-1), np.cumsum(count, axis=-1)))
    return divide((right * precision).sum(axis=-1), right.sum(axis=-1))
