"""What a reliability diagram shows: share correct against confidence in bins, and where calibrated models lie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.calibration.tables.cells import gather
from analysis.calibration.tables.draws import calibrated, dependence

COLUMNS = ("bin", "confidence", "correct", "count", "null_low", "null_high")


def reliability(pairs: pd.DataFrame, rng: np.random.Generator, bins: int = 10, draws: int = 500) -> pd.DataFrame:
    """One line per filled equal-width bin: mean confidence, share correct, count, 95 % band of a calibrated model."""
    known = pairs.dropna(subset=["confidence", "correct"])
    if known.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    p, y, clusters = (known[name].to_numpy() for name in ("confidence", "correct", "cluster"))
    p, y = p.astype(float), y.astype(float)
    cells = gather(p, y, clusters, rng, bins)
    right = calibrated(p, clusters, dependence(p, y, clusters), cells, draws, rng)
    place = np.searchsorted(np.arange(1, bins) / bins, cells.centre, side="left")
    filled, join = np.unique(place), (place[:, None] == np.unique(place)).astype(float)
    count, hits = cells.count.sum(axis=0), cells.right.sum(axis=0)
    held = count @ join
    low, high = np.quantile(right @ join / held, [0.025, 0.975], axis=0)
    values = (filled, (count * cells.centre) @ join / held, hits @ join / held, held.astype(int), low, high)
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))
