"""Accuracy among the most confident answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.metrics._rows import NO_ROWS, rows, ties


def accuracy_at(
    confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None, coverage: float = 0.8
) -> float:
    """Share correct of the `coverage` most confident answers; a run of equal confidence is taken in proportion."""
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage must lie in (0, 1], got {coverage}")
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return NO_ROWS
    _, y, w = (part[::-1] for part in ties(p, y, w))
    left = coverage * w.sum() - (np.cumsum(w) - w)
    return float(np.average(y, weights=np.clip(left, 0, w)))
