"""Does each state prefer its own response, tastes for states and responses set aside?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.stats.metrics._rows import Floats, NotEstimable

EVEN = 1e-9
"""Nats within which two responses tie: sums over tokens differ by rounding where nothing else does."""


def pairing(nats: ArrayLike) -> float:
    """Mean of the diagonal minus the mean off it, in nats; exactly 0 for an additive model, M_ij = a_i + b_j.

    nats: [..., k, k], log-probability of response j in state i, response i being the right one for state i. Several
    squares are averaged. Not estimable without squares; ValueError unless k >= 2 and every entry is finite.

    Examples
    --------
    >>> pairing([[2.0, 0.0], [0.0, 2.0]]), pairing([[3.0, 1.0], [2.0, 0.0]])
    (2.0, 0.0)
    """
    squares = checked(nats)
    if not len(squares):
        return NotEstimable("no squares")
    k = squares.shape[-1]
    own = squares.trace(axis1=1, axis2=2)
    return float((own / k - (squares.sum(axis=(1, 2)) - own) / (k * (k - 1))).mean())


def hit(nats: ArrayLike, centred: bool = False) -> float:
    """Share of states whose largest response is their own, ties shared; exactly 1/k for an additive model.

    centred: take the mean of every column out first, so that a response which is likely anyway does not win every row.
    """
    squares = checked(nats)
    if not len(squares):
        return NotEstimable("no squares")
    if centred:
        squares = squares - squares.mean(axis=1, keepdims=True)
    top = squares >= squares.max(axis=-1, keepdims=True) - EVEN
    return float((np.diagonal(top, axis1=1, axis2=2) / top.sum(axis=-1)).mean())


def checked(nats: ArrayLike) -> Floats:
    """Squares [n, k, k] of finite nats."""
    squares = np.asarray(nats, dtype=float)
    if squares.ndim < 2 or squares.shape[-1] != squares.shape[-2] or squares.shape[-1] < 2:
        raise ValueError(f"need squares [..., k, k] with k >= 2, got {squares.shape}")
    if not np.isfinite(squares).all():
        raise ValueError("every entry must be finite; a square with a missing reply is a status, not a number")
    return squares.reshape(-1, *squares.shape[-2:])
