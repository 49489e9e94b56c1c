"""Logarithmic score of stated confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._rows import NO_ROWS, Floats, divide, rows

CLIP = 1e-6


@dataclass(frozen=True)
class LogScore:
    """`score` in nats (0 is best); `clipped` is the share of answers whose confidence was moved."""

    score: float
    clipped: float


def log_score(
    confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None, clip: float = CLIP
) -> LogScore:
    """Mean of -ln(probability given to what happened), confidence first clipped into [clip, 1 - clip].

    Without clipping one certain mistake makes it infinite. Source: Good 1952.
    """
    if not 0 < clip < 0.5:
        raise ValueError(f"clip must lie in (0, 0.5), got {clip}")
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return LogScore(NO_ROWS, NO_ROWS)
    outside = (p < clip) | (p > 1 - clip)
    return LogScore(float(counts(p, w * y, w, clip)), float(np.average(outside, weights=w)))


def counts(p: Floats, right: Floats, count: Floats, clip: float = CLIP) -> Floats:
    """Log score of tables [...] of counts [..., confidences]."""
    safe = np.clip(p, clip, 1 - clip)
    return divide(-(right @ np.log(safe) + (count - right) @ np.log1p(-safe)), count.sum(axis=-1))
