"""The bootstrap and the null of one table of confidences, and the intervals and bands they give each metric."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import stats

from analysis.calibration.tables import distances, inversion
from analysis.calibration.tables.cells import gather
from analysis.calibration.tables.draws import calibrated, dependence, resample
from analysis.calibration.tables.panel import BINS, DISTANCES, ONE_SIDED, PLAIN
from analysis.stats import estimate
from analysis.stats.fits import area
from analysis.stats.metrics._bins import edges
from analysis.stats.metrics._rows import Floats
from analysis.stats.metrics.auroc import one_sided

EXACT = ("accuracy", "auroc")
"""Metrics whose limits need no redraws, where outcomes are yes or no."""
SMALL = 20_000
"""Up to so many answers smooth ECE is redrawn on 256 grid points; above on 1024, as its width shrinks."""
NULL_NUMBERS = 2e8
"""Random numbers spent on the null; never fewer than 200 tables."""
SMOOTH_DRAWS = 400
"""Redraws for smooth ECE, which costs a hundred times an ECE."""


class Redrawn:
    """One table of checked rows: confidences, outcomes, clusters."""

    def __init__(
        self, p: Floats, y: Floats, clusters: Any, units: int, rng: np.random.Generator, draws: int, level: float
    ) -> None:
        self._rows, self._rng, self._draws, self.level, self._units = (p, y, clusters), rng, draws, level, units
        self.cells = gather(p, y, clusters, rng, BINS)
        self.count, self.right = self.cells.count.sum(axis=0), self.cells.right.sum(axis=0)
        freedom = max(units - 1, 1)
        # Hesterberg 2015: percentile limits widened to what Student's t would give.
        self.tail = float(stats.norm.cdf(-np.sqrt(units / freedom) * stats.t.ppf((1 + level) / 2, freedom)))

    @property
    def _grid(self) -> int:
        return 256 if len(self._rows[0]) <= SMALL else 1024

    @cached_property
    def _drawn(self) -> tuple[Floats, Floats]:
        return resample(self.cells, self._draws, self._rng)

    @cached_property
    def _calibrated(self) -> tuple[Floats, Floats]:
        p, y, clusters = self._rows
        tables = int(np.clip(NULL_NUMBERS / len(p), 200, max(200, self._draws)))
        right = calibrated(p, clusters, dependence(p, y, clusters), self.cells, tables, self._rng)
        return np.broadcast_to(self.count, right.shape), right

    def interval(self, name: str, value: float) -> dict[str, Any]:
        """Limits of one metric, how they were found, and the corrected value."""
        if name not in ("mean_confidence", "accuracy") and np.ptp(self._rows[1]) == 0:
            return {"reason": f"{one_sided(self._rows[1])}: no interval"}
        if name in DISTANCES:
            return self._inverted(name)
        if name in EXACT and np.isin(self._rows[1], (0.0, 1.0)).all():
            return self._exact(name)
        drawn = self._values(name, *self._drawn)
        drawn = drawn[np.isfinite(drawn)]
        if len(drawn) < 0.95 * self._draws:
            return {"reason": "undefined on too many redraws: no interval"}
        low, high = np.quantile(drawn, [self.tail, 1 - self.tail])
        if not high - low > 1e-12:
            return {"reason": "no redraw differs: no interval"}
        here = float(self._values(name, self.count, self.right))
        shift = value - here
        return {"low": low + shift, "high": high + shift, "method": "cluster bootstrap, expanded percentile"}

    def _exact(self, name: str) -> dict[str, Any]:
        """Limits of a formula, which have a width even where all redraws are alike."""
        p, y, clusters = self._rows
        if name == "accuracy":
            share = estimate.pooled(y, clusters, level=self.level)
            return {"low": share.low, "high": share.high, "method": share.method}
        fit = area.area(p, y, clusters, level=self.level)
        return {"low": fit.low, "high": fit.high, "method": "score limits"}

    def null(self, name: str, value: float) -> dict[str, float]:
        """Band of one metric on tables of a perfectly calibrated model, and how extreme the value is among them."""
        null = self._values(name, *self._calibrated)
        null = null[np.isfinite(null)]
        if not len(null):
            return {}
        # Cells join neighbouring confidences of long tables; what that moves is put back.
        here = float(self._values(name, self.count, self.right))
        low, high = np.quantile(null, [(1 - self.level) / 2, (1 + self.level) / 2]) + (value - here)
        low = max(low, 0.0) if name in ONE_SIDED else low
        return {"null_low": low, "null_high": high, "p_calibrated": _extreme(here, null, name in ONE_SIDED)}

    def _values(self, name: str, count: Floats, right: Floats) -> Floats:
        if name in DISTANCES:
            return np.asarray(self._measure(name)(self._sums(name, count, right)))
        return PLAIN[name][1](self.cells.centre, right, count)

    def _sums(self, name: str, count: Floats, right: Floats) -> distances.Sums:
        spec, centre = DISTANCES[name], self.cells.centre
        inner = edges(centre, self.count, BINS, spec.scheme) if spec.scheme else None
        return distances.sums(centre, count, right, inner, spec.base)

    def _measure(self, name: str) -> Any:
        return DISTANCES[name].measure or distances.smooth(self.cells.centre, self._grid)

    def _inverted(self, name: str) -> dict[str, Any]:
        spec = DISTANCES[name]
        if spec.without or self._units < spec.least:
            return {"reason": spec.without or f"fewer than {spec.least} independent units: no interval"}
        seen, smooth = self._sums(name, self.count, self.right), spec.measure is None
        noise = self._noise(name, seen, SMOOTH_DRAWS if smooth else self._draws)
        if spec.squares:
            ends = self._squares(name, seen, noise)
        else:
            shape = inversion.shrunk(seen, noise, 0.5) if spec.pooled else seen.off
            if smooth:  # it sees single answers, whose deviations are 0 or 1 and no shape
                shape = distances.smoothed(seen, self.cells.centre, self._grid)
            # A bin has few clusters, and so Student's widening, with half of the error in each tail: what is known of
            # its noise is noisy, and with all of it 12 % of calibrated tables of 32 answers were called off (4 % now).
            level = self.level if spec.pooled else 1 - self.tail
            ends = inversion.limits(seen, noise, shape, self._measure(name), level)
        low, corrected, high = np.sqrt(ends) if spec.root else ends
        return {"low": low, "high": high, "corrected": corrected, "method": "cluster bootstrap, test inversion"}

    def _squares(self, name: str, seen: distances.Sums, noise: Floats) -> tuple[float, float, float]:
        """Limits of a mean square: to first order in the noise of the gaps and of the bins' shares, and to second in
        the gaps. The noise is taken around the shrunken gap: around the gap seen, a bin of one cluster would have none.
        """
        shape = inversion.shrunk(seen, noise)
        moved = self._sums(name, *self._drawn).count - seen.count
        around = noise - moved * replace(seen, off=shape).gap
        drift = moved / seen.count.sum()
        return inversion.limits(seen, around, shape, distances.mean_square, 1 - 2 * self.tail, drift=drift)

    def _noise(self, name: str, seen: distances.Sums, draws: int) -> Floats:
        """What redraws add to the deviations [draws, bins], the answers in every bin held.

        It is not centred at the bin's own gap; for sums of absolute values it need not be: with w answers of gap d,
        |w d| moves by d dw.
        """
        count, right = (part[:draws] for part in self._drawn)
        base = self.right.sum() / self.count.sum() if DISTANCES[name].base else self.cells.centre
        added = (right - count * base) - (self.right - self.count * base)
        return self._sums(name, np.broadcast_to(self.count, added.shape), self.right + added).off - seen.off


def _extreme(value: float, null: Floats, upper: bool) -> float:
    above = (1 + (null >= value - 1e-12).sum()) / (len(null) + 1)
    if upper:
        return float(above)
    below = (1 + (null <= value + 1e-12).sum()) / (len(null) + 1)
    return float(min(1.0, 2 * min(above, below)))
