"""Benjamini-Hochberg: for screens, where a known share of false discoveries is acceptable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.fits.holm import adjusted


def bh(p: Mapping[str, float | None], family: Sequence[str], alpha: float = 0.05) -> pd.DataFrame:
    """One line a test of the declared family: test, p, adjusted, rejected. Needs independent or alike-leaning tests."""
    return adjusted(p, family, alpha, "fdr_bh")
