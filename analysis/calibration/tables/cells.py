"""A table of any length as counts: how many answers, and how many right, per group of clusters and confidence cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.stats.metrics._bins import edges
from analysis.stats.metrics._rows import Floats

CELLS = 512
GROUPS = 2000


@dataclass(frozen=True)
class Cells:
    """Sufficient statistics of the cluster bootstrap.

    centre [cells]: mean confidence, ascending. count, right [groups, cells]: answers, and right ones.
    Up to CELLS distinct confidences every cell is one value and nothing is lost; above, cells are quantiles cut
    further at the bin edges. Above GROUPS clusters, clusters are joined at random into that many groups; group totals
    are as independent as cluster totals, so redrawing groups is a cluster bootstrap too, with an error of
    1/sqrt(2 GROUPS) = 1.6 % in the standard error.
    """

    centre: Floats
    count: Floats
    right: Floats


def gather(p: Floats, y: Floats, clusters: Any, rng: np.random.Generator, bins: int) -> Cells:
    """Cells of checked rows; `bins` are the equal-width and equal-mass bins the cells must not straddle."""
    group, groups = _groups(clusters, rng)
    inner = _edges(p, bins)
    cell = np.searchsorted(inner, p, side="left")
    held = np.bincount(cell, minlength=len(inner) + 1)
    kept = held > 0
    cell = (np.cumsum(kept) - 1)[cell]
    centre = np.bincount(cell, p) / held[kept]
    place, size = group * len(centre) + cell, (groups, len(centre))
    count = np.bincount(place, minlength=groups * len(centre)).reshape(size).astype(float)
    return Cells(centre, count, np.bincount(place, y, groups * len(centre)).reshape(size).astype(float))


def _groups(clusters: Any, rng: np.random.Generator) -> tuple[np.ndarray, int]:
    codes, names = pd.factorize(np.asarray(clusters))
    if len(names) <= GROUPS:
        return codes, len(names)
    return rng.permutation(len(names))[codes] % GROUPS, GROUPS


def _edges(p: Floats, bins: int) -> Floats:
    values = np.unique(p)
    if len(values) <= CELLS:
        return values[:-1]
    weight = np.ones(len(p))
    return np.unique(
        np.concatenate(
            [edges(p, weight, CELLS, "mass"), edges(p, weight, bins, "mass"), edges(p, weight, bins, "width")]
        )
    )
