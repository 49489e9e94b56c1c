"""Sets of options that hold the right one with a promised probability, whatever the model is like."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.calibration.tables.repair import split
from analysis.stats.metrics._rows import Floats


def conformal(
    shares: Floats, truth: np.ndarray, clusters: Any, rng: np.random.Generator, error: float = 0.1, folds: int = 5
) -> np.ndarray:
    """Split-conformal prediction sets [rows, options], each made without its own cluster.

    shares: probabilities [rows, options], NaN where an item has fewer; truth: place of the right option. An option is
    in the set when its share is at least that which all but `error` of the right options of the other clusters reach
    (Papadopoulos et al. 2002; Sadinle, Lei and Wasserman 2019). Of each cluster one random row is used: clusters are
    exchangeable, their rows are not (Dunn, Wasserman and Ramdas 2022). With too few clusters for the promise every
    option is in.
    """
    if not 0 < error < 1:
        raise ValueError(f"error must lie in (0, 1), got {error}")
    fold = split(np.asarray(clusters), folds, rng)
    miss = 1 - shares[np.arange(len(truth)), truth]
    sets = ~np.isnan(shares)
    order = rng.permutation(len(truth))
    one_each = order[~pd.Series(np.asarray(clusters)[order]).duplicated().to_numpy()]
    for k in range(fold.max() + 1):
        seen = np.sort(miss[one_each[fold[one_each] != k]])
        rank = int(np.ceil((len(seen) + 1) * (1 - error)))
        if rank <= len(seen):
            sets[fold == k] = 1 - shares[fold == k] <= seen[rank - 1] + 1e-12
    return sets
