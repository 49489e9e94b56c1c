"""Permutation test of pairing: under no pairing, which response belongs to which state is arbitrary."""

from __future__ import annotations

import math
from itertools import permutations, product

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.fits._fit import Fit
from analysis.stats.metrics.pairing import checked, pairing

ASSUMPTION = "squares are independent, and under no pairing the columns of each are exchangeable"
NAME = "permuted_columns"


def permuted_columns(nats: ArrayLike, rng: np.random.Generator, draws: int = 9999) -> Fit:
    """nats [squares, k, k]: mean pairing over squares against that of squares whose columns are permuted, two-sided.

    All combinations of permutations are used where there are no more than `draws`; else that many are drawn and the
    order as it is counts among them, so that p is never too small. Refuses with fewer than 20 combinations (no p below
    .05 is possible) and where nothing varies. Details: patterns.
    """
    squares = checked(nats)
    n, k = len(squares), squares.shape[-1]
    combinations = math.factorial(k) ** n if n else 0
    reason = "fewer than 20 permutations: no p below .05 is possible" if combinations < 20 else ""
    centred = squares - squares.mean(axis=2, keepdims=True) - squares.mean(axis=1, keepdims=True)
    centred += squares.mean(axis=(1, 2), keepdims=True)
    if not reason and np.abs(centred).max() < 1e-9:
        reason = "every square is additive: no permutation differs"
    if reason:
        return Fit(NAME, ASSUMPTION, units=n, rows=squares.size, reason=reason)
    traces = _all(centred) if combinations <= draws else _drawn(centred, rng, draws)
    values = traces / (n * (k - 1))  # of a centred square: mean on the diagonal times k / (k - 1)
    p = float((np.abs(values) >= abs(values[0]) - 1e-9).mean())
    return Fit(NAME, ASSUMPTION, float(pairing(squares)), "pairing in nats", p=p, units=n, rows=squares.size,
               details={"patterns": float(len(values))})  # fmt: skip


def _all(squares: np.ndarray) -> np.ndarray:
    """Sum of the diagonals under every combination of permutations, the given order first."""
    k = squares.shape[-1]
    orders = np.array(list(permutations(range(k))))
    each = squares[:, np.arange(k), orders].sum(axis=2)  # [squares, orders]
    return np.array([sum(choice) for choice in product(*each)])


def _drawn(squares: np.ndarray, rng: np.random.Generator, draws: int) -> np.ndarray:
    """The same for the given order and for `draws` random ones."""
    n, k, _ = squares.shape
    orders = rng.permuted(np.tile(np.arange(k), (draws, n, 1)), axis=2)
    rows = np.arange(k)
    drawn = [squares[at, rows, orders[:, at]].sum(axis=1) for at in range(n)]
    return np.concatenate([[squares.trace(axis1=1, axis2=2).sum()], np.sum(drawn, axis=0)])
