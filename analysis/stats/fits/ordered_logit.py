"""Ordered (proportional odds) logit for ratings: one effect a predictor, the same at every threshold."""

from __future__ import annotations

from typing import Any

from analysis.stats.fits._fit import Fit
from analysis.stats.fits.partial_odds import partial_odds


def ordered_logit(y: Any, x: Any, clusters: Any = None, level: float = 0.95, term: str | None = None) -> Fit:
    """`partial_odds` without nominal predictors. Where odds are not proportional, name the culprit `nominal` there."""
    return partial_odds(y, x, None, clusters, level, term)
