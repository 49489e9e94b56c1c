"""Benjamini-Hochberg: for screens, where a known share of false discoveries is acceptable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.stats.fits.holm import adjusted


def bh(p: Mapping[str, float | None], family: Sequence[str], alpha: float = 0.05) -> pd.DataFrame:
    """One row per test of the declared family: test, p, adjusted, rejected.

    Valid for independent or positively dependent tests.
    """
    return adjusted(p, family, alpha, step_up)


def step_up(p: np.ndarray) -> np.ndarray:
    """Adjusted p-values [m] (Benjamini & Hochberg 1995): the k-th smallest times m / k, never above a larger one's."""
    order = np.argsort(-p, kind="stable")
    lowered = np.minimum.accumulate(p[order] * len(p) / np.arange(len(p), 0, -1))
    return np.minimum(lowered, 1.0)[np.argsort(order, kind="stable")]
