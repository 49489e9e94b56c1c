"""Over- or underconfidence in the large."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._rows import NO_ROWS, rows


def signed_gap(confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Mean confidence minus share correct, in [-1, 1]; positive is overconfident."""
    p, y, w = rows(confidence, correct, weight)
    return float(np.average(p - y, weights=w)) if len(p) else NO_ROWS
