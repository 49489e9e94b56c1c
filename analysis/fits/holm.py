"""Holm's step-down: no false positive in a family declared beforehand, with at least 1 - alpha."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests


def holm(p: Mapping[str, float | None], family: Sequence[str], alpha: float = 0.05) -> pd.DataFrame:
    """One line a test of the declared family: test, p, adjusted, rejected. Holds under any dependence."""
    return adjusted(p, family, alpha, "holm")


def adjusted(p: Mapping[str, float | None], family: Sequence[str], alpha: float, method: str) -> pd.DataFrame:
    """`p` must name exactly the family; None (not estimable) counts as a test that could not reject."""
    if len(set(family)) != len(family) or set(p) != set(family):
        unknown, missing = sorted(set(p) - set(family)), sorted(set(family) - set(p))
        raise ValueError(f"p must name exactly the declared family; undeclared: {unknown}, missing: {missing}")
    given = np.array([np.nan if p[name] is None else p[name] for name in family], dtype=float)
    if ((given < 0) | (given > 1)).any():
        raise ValueError("a p-value lies in [0, 1]")
    filled = np.where(np.isnan(given), 1.0, given)
    rejected, corrected = multipletests(filled, alpha, method)[:2] if len(filled) else (filled > 1, filled)
    shown = np.where(np.isnan(given), np.nan, corrected)
    return pd.DataFrame({"test": list(family), "p": given, "adjusted": shown, "rejected": rejected})
