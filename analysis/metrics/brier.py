"""Brier score, taken apart in two ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

from analysis.metrics._bins import edges
from analysis.metrics._rows import NO_ROWS, Floats, rows, ties


@dataclass(frozen=True)
class Brier:
    """Mean squared error and its parts; every sum is exact.

    Murphy: score = reliability - resolution + uncertainty + within (`within` is 0 when bins hold one value each).
    CORP: score = miscalibration - discrimination + uncertainty.
    """

    score: float
    uncertainty: float
    reliability: float
    resolution: float
    within: float
    miscalibration: float
    discrimination: float


def brier(confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None, bins: int | None = 15) -> Brier:
    """Mean of (confidence - correct)^2 with Murphy's decomposition over `bins` equal-width bins, and with CORP's.

    `bins=None` takes every distinct confidence as a bin. Sources: Brier 1950; Murphy 1973; Stephenson, Coelho and
    Jolliffe 2008 (the within-bin terms); Dimitriadis, Gneiting and Jordan 2021 (CORP, by isotonic regression).
    """
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return Brier(*[NO_ROWS] * 7)
    p, y, w = ties(p, y, w)
    w = w / w.sum()
    base = w @ y
    # Linear in y, so that a share correct stands for its zeros and ones.
    score = w @ (y * (1 - p) ** 2 + (1 - y) * p**2)
    unsure = base * (1 - base)
    reliability, resolution = murphy(p, y, w, bins)
    fitted = isotonic_regression(y, weights=w).x
    refitted = w @ (y * (1 - fitted) ** 2 + (1 - y) * fitted**2)
    parts = (score, unsure, reliability, resolution, score - reliability + resolution - unsure)
    return Brier(*map(float, (*parts, score - refitted, unsure - refitted)))


def murphy(p: Floats, y: Floats, w: Floats, bins: int | None) -> tuple[float, float]:
    """Reliability and resolution; weights sum to 1."""
    inner = p[:-1] if bins is None else edges(p, w, bins, "width")
    place = np.searchsorted(inner, p, side="left")
    share = np.bincount(place, w)
    filled = np.maximum(share, np.finfo(float).tiny)
    stated, right = np.bincount(place, w * p) / filled, np.bincount(place, w * y) / filled
    return float(share @ (stated - right) ** 2), float(share @ (right - w @ y) ** 2)
