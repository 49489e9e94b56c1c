"""Redrawn tables: clusters with replacement, for intervals; outcomes of a perfectly calibrated model, for nulls."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.calibration.tables.cells import Cells
from analysis.stats.metrics._bins import edges, gaps
from analysis.stats.metrics._rows import Floats

CHUNK = 2_000_000
"""Uniform numbers held at a time."""


def resample(cells: Cells, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """`count` and `right` [draws, cells] of tables whose clusters are drawn with replacement."""
    groups = len(cells.count)
    picked = rng.multinomial(groups, np.full(groups, 1 / groups), size=draws).astype(float)
    return picked @ cells.count, picked @ cells.right


def calibrated(
    p: Floats, clusters: Any, dependence: float, cells: Cells, draws: int, rng: np.random.Generator
) -> Floats:
    """`right` [draws, cells] had every answer been right with the probability stated.

    A row takes its cluster's uniform number with probability sqrt(dependence) and one of its own otherwise, so that
    two rows of a cluster with equal confidence have that correlation.
    """
    codes, names = pd.factorize(np.asarray(clusters))
    order = np.argsort(p, kind="stable")
    stated, codes = p[order].astype(np.float32), codes[order]
    # Cells are intervals of confidence, so sorted rows lie cell after cell.
    starts = np.concatenate([[0], np.cumsum(cells.count.sum(axis=0))[:-1]]).astype(np.int64)
    right = np.empty((draws, len(starts)))
    step = max(1, CHUNK // len(p))
    for begin in range(0, draws, step):
        size = min(step, draws - begin)
        uniform = rng.random((size, len(p)), dtype=np.float32)
        if dependence > 0:
            shared = rng.random((size, len(names)), dtype=np.float32)
            joined = rng.random((size, len(p)), dtype=np.float32) < np.sqrt(dependence)
            uniform = np.where(joined, shared[:, codes], uniform)
        right[begin : begin + size] = np.add.reduceat(uniform < stated, starts, axis=1, dtype=np.int64)
    return right


def dependence(p: Floats, y: Floats, clusters: Any, bins: int = 15) -> float:
    """Correlation in [0, 1] of right answers within a cluster, beyond what their confidence bin explains.

    Moment estimate: products of standardised residuals over all pairs of rows within clusters.
    """
    weight = np.ones(len(p))
    inner = edges(p, weight, bins, "width")
    place = np.searchsorted(inner, p, side="left")
    share = gaps(p, y, weight, inner)[2][place]
    spread = np.sqrt(share * (1 - share))
    codes, _ = pd.factorize(np.asarray(clusters))
    residual = y - share
    products = np.bincount(codes, residual) ** 2 - np.bincount(codes, residual**2)
    scale = np.bincount(codes, spread) ** 2 - np.bincount(codes, spread**2)
    return float(np.clip(products.sum() / scale.sum(), 0, 1)) if scale.sum() > 1e-9 else 0.0
