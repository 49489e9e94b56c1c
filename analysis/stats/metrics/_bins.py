"""Confidence bins, and the sums per bin from which ECE and its relatives follow."""

from __future__ import annotations

import numpy as np

from analysis.stats.metrics._rows import Floats

SCHEMES = ("width", "mass")


def edges(p: Floats, w: Floats, bins: int, scheme: str) -> Floats:
    """Inner bin edges, ascending; a bin holds what is above its left edge up to and including its right edge.

    width: equal steps on [0, 1] (Guo et al. 2017). mass: the k/bins quantiles of confidence, so that equal
    confidences are never parted; with few distinct values there are fewer bins.
    """
    if bins < 1 or scheme not in SCHEMES:
        raise ValueError(f"bins must be >= 1 and scheme one of {SCHEMES}, got {bins} and {scheme!r}")
    steps = np.arange(1, bins) / bins
    if scheme == "width":
        return steps
    order = np.argsort(p, kind="stable")
    reached = np.cumsum(w[order])
    # The tolerance keeps 0.3 * 10 from landing one row above 3.
    at = np.searchsorted(reached, steps * reached[-1] * (1 - 1e-12), side="left")
    return np.unique(p[order][at])


def gaps(p: Floats, y: Floats, w: Floats, inner: Floats) -> tuple[Floats, Floats, Floats]:
    """Per bin, 0 where empty: share of the weight, mean confidence minus share correct, share correct."""
    place = np.searchsorted(inner, p, side="left")
    weight, stated, right = (np.bincount(place, part, len(inner) + 1) for part in (w, w * p, w * y))
    filled = np.maximum(weight, np.finfo(float).tiny)
    return weight / w.sum(), (stated - right) / filled, right / filled
