"""Accuracy among the most confident answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._rows import NO_ROWS, Floats, divide, rows, ties


def accuracy_at(
    confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None, coverage: float = 0.8
) -> float:
    """Share correct of the `coverage` most confident answers; a run of equal confidence is taken in proportion."""
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage must lie in (0, 1], got {coverage}")
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return NO_ROWS
    return float(counts(*ties(p, y, w), coverage))


def counts(p: Floats, right: Floats, count: Floats, coverage: float = 0.8) -> Floats:
    """Accuracy at coverage of tables [...] of counts [..., confidences]."""
    right, count = right[..., ::-1], count[..., ::-1]
    wanted = coverage * count.sum(axis=-1, keepdims=True)
    taken = np.clip(wanted - (np.cumsum(count, axis=-1) - count), 0, count)
    share = np.nan_to_num(divide(right, count))
    return divide((share * taken).sum(axis=-1), wanted[..., 0])
