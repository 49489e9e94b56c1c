"""Brier score, taken apart in two ways."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

from analysis.stats.metrics._bins import edges, gaps
from analysis.stats.metrics._rows import NO_ROWS, Floats, divide, rows, ties


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
    levels, right, count = ties(p, y, w)
    base = right.sum() / count.sum()
    squared, unsure, refitted = float(score(levels, right, count)), base * (1 - base), corp(levels, right, count)
    share, gap, hit = gaps(p, y, w, levels[:-1] if bins is None else edges(p, w, bins, "width"))
    reliability, resolution = share @ gap**2, share @ (hit - base) ** 2
    parts = (squared, unsure, reliability, resolution, squared - reliability + resolution - unsure)
    return Brier(*map(float, (*parts, squared - refitted, unsure - refitted)))


def score(p: Floats, right: Floats, count: Floats) -> Floats:
    """Brier score of tables [...] of counts [..., confidences]."""
    return divide(right @ (1 - p) ** 2 + (count - right) @ p**2, count.sum(axis=-1))


def corp(p: Floats, right: Floats, count: Floats) -> float:
    """Brier score of one table of counts once its confidences are replaced by their isotonic regression."""
    held = count > 0
    right, count = right[held], count[held]
    fitted = isotonic_regression(right / count, weights=count).x
    return float(score(fitted, right, count))
