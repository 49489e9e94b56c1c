"""Logarithmic score of stated confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.metrics._rows import NO_ROWS, rows

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
    safe = np.clip(p, clip, 1 - clip)
    loss = -(y * np.log(safe) + (1 - y) * np.log1p(-safe))
    return LogScore(float(np.average(loss, weights=w)), float(np.average(safe != p, weights=w)))
