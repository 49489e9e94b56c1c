"""Holm's step-down: no false positive in a family declared beforehand, with at least 1 - alpha."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd


def holm(p: Mapping[str, float | None], family: Sequence[str], alpha: float = 0.05) -> pd.DataFrame:
    """One row per test of the declared family: test, p, adjusted, rejected. Holds under any dependence."""
    return adjusted(p, family, alpha, step_down)


def step_down(p: np.ndarray) -> np.ndarray:
    """Adjusted p-values [m] (Holm 1979): the k-th smallest times m - k + 1, never below a smaller one's, at most 1."""
    order = np.argsort(p, kind="stable")
    raised = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return np.minimum(raised, 1.0)[np.argsort(order, kind="stable")]


def adjusted(p: Mapping[str, float | None], family: Sequence[str], alpha: float,
             correct: Callable[[np.ndarray], np.ndarray]) -> pd.DataFrame:  # fmt: skip
    """`p` must name exactly the family; None (not estimable) counts as a test that could not reject."""
    if len(set(family)) != len(family) or set(p) != set(family):
        unknown, missing = sorted(set(p) - set(family)), sorted(set(family) - set(p))
        raise ValueError(f"p must name exactly the declared family; undeclared: {unknown}, missing: {missing}")
    given = np.array([np.nan if p[name] is None else p[name] for name in family], dtype=float)
    if ((given < 0) | (given > 1)).any():
        raise ValueError("a p-value lies in [0, 1]")
    corrected = correct(np.where(np.isnan(given), 1.0, given))
    shown = np.where(np.isnan(given), np.nan, corrected)
    return pd.DataFrame({"test": list(family), "p": given, "adjusted": shown, "rejected": corrected <= alpha})
