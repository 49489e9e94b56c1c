"""Calibration error without bins."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.fft import dct, idct
from scipy.sparse import csr_array

from analysis.stats.metrics._rows import NO_ROWS, Floats, rows

GRID = 2048


def smooth_ece(confidence: ArrayLike, correct: ArrayLike, weight: ArrayLike | None = None, grid: int = GRID) -> float:
    """Smooth ECE: the integral over [0, 1] of |residual smoothed by a reflected Gaussian|, at the width that equals it.

    The residual (correct - confidence) is smoothed with kernel width s; the integral falls as s grows, and the one
    s at which both are equal is the answer. Source: Blasiok and Nakkiran 2023, arXiv 2309.12236.
    """
    p, y, w = rows(confidence, correct, weight)
    if not len(p):
        return NO_ROWS
    return float(fixed_point(deposit(p, w * (y - p) / w.sum(), grid)))


def deposit(p: Floats, mass: Floats, grid: int) -> Floats:
    """Mass [..., rows] on `grid` cell centres, each row shared between its two neighbours: [..., grid]."""
    place = np.clip(p * grid - 0.5, 0, grid - 1)
    left = np.minimum(place.astype(int), grid - 2)
    near = place - left
    cells = csr_array((np.r_[1 - near, near], (np.r_[left, left + 1], np.tile(np.arange(len(p)), 2))), (grid, len(p)))
    return np.asarray((cells @ mass.T).T)


def gaussian(width: Floats, grid: int) -> Floats:
    """What smoothing leaves of each cosine: [..., grid] for widths [...].

    Cosines are the eigenfunctions of a Gaussian reflected at 0 and 1, so smoothing is one product in the DCT.
    """
    return np.asarray(np.exp(-0.5 * (np.pi * np.arange(grid) * np.asarray(width)[..., None]) ** 2))


def fixed_point(residual: Floats, kernel: Callable[[Floats, int], Floats] = gaussian, steps: int = 18) -> Floats:
    """The width s in [0, 1] with integral(s) = s, for residual masses [..., grid]; error 2**-steps."""
    spectrum = dct(residual, type=2)
    low, high = np.zeros(residual.shape[:-1]), np.ones(residual.shape[:-1])
    for _ in range(steps):
        middle = (low + high) / 2
        smoothed = idct(spectrum * kernel(middle, residual.shape[-1]), type=2)
        above = np.abs(smoothed).sum(axis=-1) > middle
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2
