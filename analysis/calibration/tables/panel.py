"""The metrics of a score card, each for rows (with a reason where undefined) and for many tables of counts at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from analysis.calibration.tables import distances
from analysis.calibration.tables.distances import Sums
from analysis.stats.metrics import accuracy_at, auprc, auroc, brier, log_score, risk_coverage
from analysis.stats.metrics._rows import Floats, divide
from analysis.stats.metrics.debiased_ece import debiased_ece
from analysis.stats.metrics.ece import ece
from analysis.stats.metrics.max_gap import max_gap
from analysis.stats.metrics.signed_gap import signed_gap
from analysis.stats.metrics.smooth_ece import smooth_ece

BINS = 15
Rows = Callable[[Floats, Floats, Floats], float]
"""(confidence, correct, weight) to a number."""
Counts = Callable[[Floats, Floats, Floats], Floats]
"""(confidence [cells], right, count [..., cells]) to numbers [...]."""


def _mean(part: int) -> Counts:
    return lambda p, right, count: divide((right if part else count * p).sum(axis=-1), count.sum(axis=-1))


def _gap(p: Floats, right: Floats, count: Floats) -> Floats:
    return _mean(0)(p, right, count) - _mean(1)(p, right, count)


PLAIN: dict[str, tuple[Rows, Counts]] = {
    "accuracy": (lambda p, y, w: float(np.average(y, weights=w)), _mean(1)),
    "mean_confidence": (lambda p, y, w: float(np.average(p, weights=w)), _mean(0)),
    "signed_gap": (signed_gap, _gap),
    "brier": (lambda p, y, w: brier.brier(p, y, w).score, brier.score),
    "log_score": (lambda p, y, w: log_score.log_score(p, y, w).score, log_score.counts),
    "auroc": (auroc.auroc, auroc.counts),
    "auprc": (auprc.auprc, auprc.counts),
    "aurc": (lambda p, y, w: risk_coverage.risk_coverage(p, y, w).area, risk_coverage.counts),
    "accuracy_at_50": (
        lambda p, y, w: accuracy_at.accuracy_at(p, y, w, 0.5),
        partial(accuracy_at.counts, coverage=0.5),
    ),
    "accuracy_at_80": (
        lambda p, y, w: accuracy_at.accuracy_at(p, y, w, 0.8),
        partial(accuracy_at.counts, coverage=0.8),
    ),
}
"""Averages and ranks: percentile intervals."""


@dataclass(frozen=True)
class Distance:
    """A metric that never falls below zero: its interval is by test inversion, see `distances`.

    scheme: bin edges, `width` or `mass`; empty for cells. base: deviations from the share correct, not from confidence.
    measure: of the deviations; None is smooth ECE, which needs the confidences. squares: a sum of squares over bins.
    root: its limits are the roots of those of the mean square. pooled: squares of neighbouring bins' deviations
    together. without: why there is no interval. least: independent units below which there is none either.
    """

    rows: Rows
    measure: Callable[[Sums], Floats] | None
    scheme: str = ""
    base: bool = False
    squares: bool = False
    root: bool = False
    pooled: bool = False
    without: str = ""
    least: int = 0


ONE_BIN = "no interval: the largest gap is mostly that of the emptiest bin, whose noise redraws cannot tell"
DISTANCES: dict[str, Distance] = {
    "ece": Distance(partial(ece, bins=BINS), distances.mean_gap, "width"),
    "ece_mass": Distance(partial(ece, bins=BINS, scheme="mass"), distances.mean_gap, "mass"),
    "debiased_ece": Distance(
        partial(debiased_ece, bins=BINS),
        distances.debiased,
        "mass",
        squares=True,
        root=True,
    ),
    "smooth_ece": Distance(smooth_ece, None, least=50),
    "max_gap": Distance(partial(max_gap, bins=BINS), distances.largest_gap, "width", without=ONE_BIN),
    "reliability": Distance(
        lambda p, y, w: brier.brier(p, y, w, BINS).reliability,
        distances.mean_square,
        "width",
        squares=True,
    ),
    "resolution": Distance(
        lambda p, y, w: brier.brier(p, y, w, BINS).resolution,
        distances.mean_square,
        "width",
        base=True,
        squares=True,
    ),
    "miscalibration": Distance(
        lambda p, y, w: brier.brier(p, y, w).miscalibration, distances.unpooled, "mass", pooled=True
    ),
    "discrimination": Distance(
        lambda p, y, w: brier.brier(p, y, w).discrimination,
        distances.pooled,
        "mass",
        base=True,
        pooled=True,
    ),
}
METRICS = (*PLAIN, *DISTANCES)
ONE_SIDED = frozenset(DISTANCES) - {"resolution", "discrimination"}
"""Distances from perfect calibration: only large values speak against it."""
