"""How high does the right one stand in a ranking?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._rows import NO_ROWS
from analysis.stats.metrics.pairing import EVEN


def mrr(scores: ArrayLike, right: ArrayLike) -> float:
    """Mean reciprocal rank of the right candidate; H_k / k under chance (.293 for ten).

    scores: [rows, k], larger is better. right: [rows], the place of the right candidate. Candidates of equal score take
    every rank among them equally often. ValueError for other shapes, places outside and scores that are not finite.

    Examples
    --------
    >>> mrr([[0.1, 0.7, 0.2]], [2])
    0.5
    """
    given, places = np.asarray(scores, dtype=float), np.asarray(right, dtype=int)
    if given.ndim != 2 or places.shape != given.shape[:1] or given.shape[1] < 2:
        raise ValueError(f"need scores [rows, k] with k >= 2 and as many places, got {given.shape} and {places.shape}")
    if not np.isfinite(given).all() or not ((places >= 0) & (places < given.shape[1])).all():
        raise ValueError("scores must be finite and places lie inside the row")
    if not len(given):
        return NO_ROWS
    own = np.take_along_axis(given, places[:, None], axis=1)
    above, level = (given > own + EVEN).sum(axis=1), (abs(given - own) <= EVEN).sum(axis=1)
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, given.shape[1] + 1))])
    return float(((harmonic[above + level] - harmonic[above]) / level).mean())
