"""Cluster-robust covariance of a regression, corrected for few units."""

from __future__ import annotations

import numpy as np

from analysis.stats.fits._fit import Design


def constant_within(data: Design) -> np.ndarray:
    """Which columns of x [k] are the same for all rows of a unit (the intercept is)."""
    totals = np.zeros((data.n_units, data.x.shape[1]))
    np.add.at(totals, data.units, data.x)
    means = (totals / np.bincount(data.units)[:, None])[data.units]
    return np.isclose(data.x, means).all(axis=0)


def grams(x: np.ndarray, weights: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Sum of weight * x x' per unit: [units, k, k] from x [n, k]."""
    k = x.shape[1]
    sums = np.empty((int(units.max()) + 1, k, k))
    for a in range(k):
        for b in range(a + 1):
            sums[:, a, b] = sums[:, b, a] = np.bincount(units, weights * x[:, a] * x[:, b])
    return sums


def sandwich(bread: np.ndarray, scores: np.ndarray, information: np.ndarray,
             units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Cluster-robust covariance [k, k] with the correction of Kauermann & Carroll 2001, and degrees of freedom [k].

    bread [k, k] inverse of all information; scores [n, k] per row; information [units, k, k] per unit. Each unit's
    score is stretched by (I - H)^(-1/2), H its share of the information: the fit leans towards influential units.
    The degrees of freedom are Satterthwaite's of each variance under the working model (Bell & McCaffrey 2002; for
    GEE Pan & Wall 2002): three treated units of twenty are worth about three, whatever the other seventeen are.
    """
    root = np.linalg.cholesky(bread)
    shares = np.einsum("ai,gab,bj->gij", root, information, root)
    own, axes = np.linalg.eigh(shares)
    stretch = 1 / np.sqrt(np.clip(1 - own, 0.05, 2.0))
    total = np.zeros((len(information), scores.shape[1]))
    np.add.at(total, units, scores)
    turned = np.einsum("gia,gi->ga", axes, total @ root)
    adjusted = np.einsum("gia,ga->gi", axes, stretch * turned) @ root.T
    df = np.array([_satterthwaite(own, axes, stretch, line) for line in root])
    return adjusted.T @ adjusted, df


def _satterthwaite(own: np.ndarray, axes: np.ndarray, stretch: np.ndarray, line: np.ndarray) -> float:
    """2 mean^2 / variance of sum_g q_g^2, where q_g is what unit g adds to one coefficient.

    Residuals of the fit have covariance I - H, so cov(q_g, q_h) = [g = h] a_g'a_g - b_g'b_h, in the base of `root`.
    """
    turned = np.einsum("gia,i->ga", axes, line) * stretch
    pull = np.einsum("gia,ga->gi", axes, own * turned)
    alone = (own * turned**2).sum(axis=1)
    cross = pull.T @ pull
    trace = alone.sum() - np.trace(cross)
    square = (alone**2).sum() - 2 * (alone * (pull**2).sum(axis=1)).sum() + (cross**2).sum()
    return float(trace**2 / square) if square > 0 else np.nan
