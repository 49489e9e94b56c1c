"""Does confidence rank right answers above wrong ones?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.metrics._rows import NO_ROWS, NotEstimable, rows, ties


def auroc(confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Probability that a right answer has more confidence than a wrong one, ties counting half; .5 is no information.

    Not estimable when all answers are right or all are wrong. Source: Hanley and McNeil 1982.
    """
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return NO_ROWS
    _, y, w = ties(p, y, w)
    right, wrong = w * y, w * (1 - y)
    if not right.sum() > 0 or not wrong.sum() > 0:
        return NotEstimable("all answers are " + ("right" if right.sum() > 0 else "wrong"))
    below = np.cumsum(wrong) - wrong / 2
    return float(right @ below / (right.sum() * wrong.sum()))
