"""Calibration error with the sampling noise of the bins taken out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._bins import edges, gaps
from analysis.stats.metrics._rows import NO_ROWS, Floats, NotEstimable, rows


def debiased_ece(
    confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None, bins: int = 15, scheme: str = "mass"
) -> float:
    """Root of the debiased squared L2 calibration error, 0 where the debiased square is negative.

    Each bin's squared gap loses y(1 - y)/(n - 1), the variance of its share correct were answers independent; bins
    of fewer than two answers say nothing and count as 0. Source: Kumar, Liang and Ma 2019, arXiv 1909.10155.
    """
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return NO_ROWS
    share, gap, right = gaps(p, y, w, edges(p, w, bins, scheme))
    if np.max(share * w.sum()) < 2:
        return NotEstimable("no bin has two answers")
    return float(np.sqrt(max(0.0, debiased_square(share, gap, right, w.sum()))))


def debiased_square(share: Floats, gap: Floats, right: Floats, total: float | Floats) -> float | Floats:
    """Sum over the last axis (bins) of share * (gap^2 - variance of the share correct)."""
    count = share * total
    spread = right * (1 - right) / np.maximum(count - 1, 1)
    return np.where(count >= 2, share * (gap**2 - spread), 0.0).sum(axis=-1)
