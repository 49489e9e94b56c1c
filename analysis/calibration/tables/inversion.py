"""Intervals of metrics that are distances, never below zero.

Noise only adds to a distance, so a percentile interval around it misses the truth. Its interval here inverts a
test: give the deviations a shape, scale it by s, add the bootstrap's noise, and keep every s under which the observed
distance is not extreme. At distance 0 only a large value is extreme, so there the whole error lies on that side, and it
moves to equal tails as far as a distance can be told from 0: the interval leaves out 0 when the one-sided test does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analysis.calibration.tables.distances import TINY, Sums, mean_square
from analysis.stats.metrics._rows import Floats

LADDER = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0)


def shrunk(seen: Sums, noise: Floats, power: float = 1) -> Floats:
    """The deviations [bins] less of what is noise: times (signal / (signal + noise of the bin)) ** power.

    In a sum of squares a bin of few answers would otherwise give the shape. power: 1 is the empirical Bayes mean; 1/2
    keeps the spread of the deviations (Louis 1984), which what pools them needs. signal is the mean square without its
    noise, at least a thousandth of that noise; the noise [draws, bins] is the bootstrap's.
    """
    spread = (noise**2).mean(axis=0) / np.maximum(seen.count, TINY) ** 2
    unsure = float(seen.share @ spread)
    signal = max(float(mean_square(seen)) - unsure, 0) + unsure / 1000
    return np.asarray(seen.off * (signal / np.maximum(signal + spread, TINY)) ** power)


def limits(
    seen: Sums,
    noise: Floats,
    shape: Floats,
    measure: Callable[[Sums], Floats],
    level: float,
    drift: Floats | float = 0.0,
) -> tuple[float, float, float]:
    """Low, median-unbiased value and high of a distance, by inversion along the ladder of scaled deviations.

    seen: sums [bins] of the table. noise: what redraws add to its deviations [draws, bins]. shape: deviations [bins],
    brought to the distance observed, or to that of the noise where it is larger. drift: change of the bins' shares
    [draws, bins], of squares only.

    Low is the distance at which the observed one would be the upper limit, high where the lower one; far from 0 each
    has half of the error beyond it, at 0 the upper one nearly all (a tail function, Puza and O'Neill 2006): half, times
    the power of the test against 0, goes to the lower one. An observed distance below the 16 % quantile of pure noise
    counts as that quantile for `high`, so that luck buys no empty interval (Cowan et al. 2011, arXiv 1105.3166).
    """
    observed, edge = float(measure(seen)), 0.0
    shape = _brought(seen, shape, measure, max(observed, float(measure(replace(seen, off=noise)).mean())))
    noiseless: list[float] = []
    quantiles: list[Floats] = []
    for scale in LADDER:
        moved = (drift * replace(seen, off=scale * shape).gap ** 2).sum(axis=-1) if np.ndim(drift) else 0.0
        shifted = measure(replace(seen, off=scale * shape + noise)) + moved
        edge = edge if quantiles else float(np.quantile(shifted, level))
        lower = (1 - level) / 2 * float((shifted > edge).mean())
        noiseless.append(float(measure(replace(seen, off=scale * shape))))
        quantiles.append(np.quantile(shifted, [level + lower, 0.5, lower, 0.16]))
    rising, (upper, middle, under, floor) = np.maximum.accumulate(noiseless), np.maximum.accumulate(quantiles).T
    low, centre = (float(np.interp(observed, rungs, rising)) for rungs in (upper, middle))
    return low, centre, max(centre, float(np.interp(max(observed, floor[0]), under, rising)))


def _brought(seen: Sums, shape: Floats, measure: Callable[[Sums], Floats], target: float) -> Floats:
    """The deviations scaled to a distance: exact in a step for squares, to 3 % of the way in five for sums."""
    if not measure(replace(seen, off=shape)) > 0:
        shape = seen.count * target
    for _ in range(5):
        here = float(measure(replace(seen, off=shape)))
        shape = shape * np.sqrt(target / here) if here > 0 else shape
    return shape
