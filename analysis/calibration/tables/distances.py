"""Metrics that are distances, never below zero: their values on many tables of bins at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.fft import dct, idct

from analysis.stats.metrics._rows import Floats
from analysis.stats.metrics.debiased_ece import debiased_square
from analysis.stats.metrics.smooth_ece import deposit, fixed_point, gaussian

TINY = 1e-9


@dataclass(frozen=True)
class Sums:
    """Per table and bin, [..., bins]: what would be 0 at distance 0 (sums, not means), answers, and right answers.

    Tables that differ in `off` alone may share the rest, [bins].
    """

    off: Floats
    count: Floats
    right: Floats
    stated: Floats
    """Sum of confidences."""

    @property
    def share(self) -> Floats:
        """Share of the answers in a bin."""
        return self.count / self.count.sum(axis=-1, keepdims=True)

    @property
    def gap(self) -> Floats:
        """Mean deviation in a bin, 0 where it is empty."""
        return np.where(self.count > 0, self.off / np.maximum(self.count, TINY), 0.0)


def sums(centre: Floats, count: Floats, right: Floats, inner: Floats | None = None, base: bool = False) -> Sums:
    """Deviations from confidence (or, with `base`, from the table's share correct) by cell, or by bin with edges."""
    total = count.sum(axis=-1, keepdims=True)
    off = right - count * (right.sum(axis=-1, keepdims=True) / total if base else centre)
    if inner is None:
        return Sums(off, count, right, count * centre)
    place = np.searchsorted(inner, centre, side="left")
    join = (place[:, None] == np.unique(place)).astype(float)
    return Sums(off @ join, count @ join, right @ join, (count * centre) @ join)


def mean_gap(bins: Sums) -> Floats:
    """ECE."""
    return np.asarray((bins.share * np.abs(bins.gap)).sum(axis=-1))


def largest_gap(bins: Sums) -> Floats:
    """Maximum gap of a bin."""
    return np.asarray(np.abs(bins.gap).max(axis=-1))


def mean_square(bins: Sums) -> Floats:
    """Murphy's reliability (deviations from confidence) and resolution (deviations from the share correct)."""
    return np.asarray((bins.share * bins.gap**2).sum(axis=-1))


def debiased(bins: Sums) -> Floats:
    """Debiased calibration error."""
    right = np.clip(bins.right / np.maximum(bins.count, TINY), 0, 1)
    square = debiased_square(bins.share, bins.gap, right, bins.count.sum(axis=-1, keepdims=True))
    return np.sqrt(np.maximum(square, 0))


def pooled(bins: Sums) -> Floats:
    """CORP's discrimination (deviations from the share correct): variance of the isotonic fit over the bins."""
    return np.asarray((bins.share * _isotonic(bins) ** 2).sum(axis=-1))


def unpooled(bins: Sums) -> Floats:
    """CORP's miscalibration (deviations from confidence): what isotonic regression over the bins takes off the Brier
    score."""
    stated = np.divide(bins.stated, bins.count, out=np.zeros(bins.off.shape), where=bins.count > 0)
    fitted = _isotonic(replace(bins, off=bins.off + bins.count * stated)) - stated
    taken = bins.gap**2 - (bins.gap - fitted) ** 2
    return np.asarray(np.maximum((bins.share * taken).sum(axis=-1), 0))


def _isotonic(bins: Sums) -> Floats:
    """Isotonic regression of the gaps of all tables at once; empty bins have no weight.

    The fit at k is the largest, over beginnings i <= k, of the smallest mean of bins i to j >= k (Barlow et al. 1972).
    """
    weight = np.maximum(bins.count, TINY)
    off = weight * bins.gap
    mass, total = np.cumsum(weight, axis=-1), np.cumsum(off, axis=-1)
    fitted = np.full(off.shape, -np.inf)
    for i in range(off.shape[-1]):
        mean = (total - (total - off)[..., i : i + 1])[..., i:] / (mass - (mass - weight)[..., i : i + 1])[..., i:]
        least = np.minimum.accumulate(mean[..., ::-1], axis=-1)[..., ::-1]
        np.maximum(fitted[..., i:], least, out=fitted[..., i:])
    return fitted


def smooth(centre: Floats, grid: int) -> Callable[[Sums], Floats]:
    """Smooth ECE of cells."""
    return lambda cells: fixed_point(deposit(centre, cells.share * cells.gap, grid), steps=14)


def smoothed(cells: Sums, centre: Floats, grid: int) -> Floats:
    """Deviations of cells as their neighbourhood has them: kernel regression, of the width smooth ECE takes."""
    masses = deposit(centre, np.stack([cells.share * cells.gap, cells.share]), grid)
    width = fixed_point(masses[0], steps=14)
    off, share = idct(dct(masses, type=2) * gaussian(width, grid), type=2)
    return cells.count * np.interp(centre, (np.arange(grid) + 0.5) / grid, off / np.maximum(share, TINY))
