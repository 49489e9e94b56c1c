"""Does confidence rank right answers above wrong ones?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._rows import NO_ROWS, Floats, NotEstimable, divide, rows, ties


def auroc(confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Probability that a right answer has more confidence than a wrong one, ties counting half; .5 is no information.

    Not estimable when all answers are right or all are wrong. Source: Hanley and McNeil 1982.
    """
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return NO_ROWS
    value = float(counts(*ties(p, y, w)))
    return NotEstimable(one_sided(y)) if np.isnan(value) else value


def one_sided(correct: Floats) -> str:
    """Why nothing can be ranked when `correct` [rows] never varies."""
    first = float(correct[0])
    shown = {1.0: "right", 0.0: "wrong"}.get(first, f"{first:g} right")
    return f"all answers are {shown}"


def counts(p: Floats, right: Floats, count: Floats) -> Floats:
    """AUROC of tables [...] of counts [..., confidences]; NaN where not estimable."""
    wrong = count - right
    below = np.cumsum(wrong, axis=-1) - wrong / 2
    return divide((right * below).sum(axis=-1), right.sum(axis=-1) * wrong.sum(axis=-1))
