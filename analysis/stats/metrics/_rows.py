"""What every metric does first: check the rows, and say why a number does not exist."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class NotEstimable(float):
    """A NaN that knows its reason: what a metric returns where no number is defined."""

    reason: str

    def __new__(cls, reason: str) -> NotEstimable:
        made = super().__new__(cls, "nan")
        made.reason = reason
        return made

    def __repr__(self) -> str:
        return f"NotEstimable({self.reason!r})"


NO_ROWS = NotEstimable("no rows")


def rows(confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None) -> tuple[Floats, Floats, Floats]:
    """Confidence, correct and weight as float arrays [rows], rows of weight 0 left out.

    `correct` is 0 or 1, or the share correct where a row stands for `weight` answers of one confidence.
    ValueError for unequal lengths and for values that are missing or outside [0, 1]: drop and count those first.
    """
    p, y = np.asarray(confidence, dtype=float), np.asarray(correct, dtype=float)
    w = np.ones(p.shape) if weight is None else np.asarray(weight, dtype=float)
    if p.ndim != 1 or p.shape != y.shape or p.shape != w.shape:
        raise ValueError(f"need one-dimensional arrays of one length, got {p.shape}, {y.shape}, {w.shape}")
    for name, values in (("confidence", p), ("correct", y)):
        if not np.all((values >= 0) & (values <= 1)):
            raise ValueError(f"{name} must lie in [0, 1] without gaps; missing values are a status, not a number")
    if not np.all((w >= 0) & np.isfinite(w)):
        raise ValueError("weights must be finite and not negative")
    kept = w > 0
    return (p, y, w) if kept.all() else (p[kept], y[kept], w[kept])


def ties(p: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats, Floats]:
    """Rows of one confidence joined: distinct confidences, ascending; right answers and all answers at each.

    What the `counts` functions of the metrics take; they accept leading axes, [..., confidences], for many tables.
    """
    levels, place = np.unique(p, return_inverse=True)
    count, right = (np.bincount(place, part, len(levels)).astype(float) for part in (w, w * y))
    return levels, right, count


def divide(above: Floats, below: Floats) -> Floats:
    """Quotient, NaN where the denominator is 0."""
    above, below = np.broadcast_arrays(above, below)
    return np.asarray(np.divide(above, below, out=np.full(below.shape, np.nan), where=below != 0))
