"""Maximum calibration error."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._bins import edges, gaps
from analysis.stats.metrics._rows import NO_ROWS, NotEstimable, rows


def max_gap(
    confidence: ArrayLike,
    correct: ArrayLike,
    weight: ArrayLike | None = None,
    bins: int = 15,
    scheme: str = "width",
    least: float = 1,
) -> float:
    """Largest |mean confidence - share correct| of any bin with at least `least` answers. Source: Naeini et al. 2015.

    With `least=1` one stray answer can decide it.
    """
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return NO_ROWS
    share, gap, _ = gaps(p, y, w, edges(p, w, bins, scheme))
    enough = (share > 0) & (share * w.sum() >= least * (1 - 1e-12))
    return float(np.abs(gap[enough]).max()) if enough.any() else NotEstimable(f"no bin has {least:g} answers")
