"""How much of the possible gain does a ranking put on top?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._rows import NO_ROWS, NotEstimable


def ndcg(scores: ArrayLike, gains: ArrayLike) -> float:
    """Normalised discounted cumulative gain, mean over rows; 1 is the best order.

    scores: [rows, k], larger is ranked higher; equal ones share their places. gains: [rows, k], what each candidate is
    worth, >= 0. Not estimable where a row has no gain at all. ValueError for other shapes and values. Source: Jarvelin
    and Kekalainen 2002; computed by scikit-learn, ties after McSherry and Najork 2008.

    Examples
    --------
    >>> ndcg([[3.0, 2.0, 1.0]], [[1.0, 0.0, 0.0]])
    1.0
    """
    from sklearn.metrics import ndcg_score

    given, worth = np.asarray(scores, dtype=float), np.asarray(gains, dtype=float)
    if given.ndim != 2 or given.shape != worth.shape or given.shape[1] < 2:
        raise ValueError(f"need scores and gains of one shape [rows, k] with k >= 2, got {given.shape}, {worth.shape}")
    if not np.isfinite(given).all() or not np.isfinite(worth).all() or (worth < 0).any():
        raise ValueError("scores and gains must be finite, gains not negative")
    if not len(given):
        return NO_ROWS
    if (worth.sum(axis=1) == 0).any():
        return NotEstimable("a row has no gain to be had")
    return float(ndcg_score(worth, given))
