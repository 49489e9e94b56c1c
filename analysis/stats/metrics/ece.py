"""Expected calibration error over bins."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._bins import edges, gaps
from analysis.stats.metrics._rows import NO_ROWS, rows


def ece(
    confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None, bins: int = 15, scheme: str = "width"
) -> float:
    """Mean over answers of |mean confidence - share correct| in the answer's bin; 0 is calibrated, at most 1.

    Biased upwards: a perfectly calibrated model has about .09 at 100 answers and 10 bins, so read it beside its
    null band. `scheme` is `width` or `mass` (bins of equal count). Source: Naeini et al. 2015; Guo et al. 2017.
    """
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return NO_ROWS
    share, gap, _ = gaps(p, y, w, edges(p, w, bins, scheme))
    return float(share @ np.abs(gap))
