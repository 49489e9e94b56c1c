"""Do nominal 95 % intervals hold the truth? Clustered answers, n = 100, 300, 1000. As a script it prints the table of
docs/calibration.md: python tests/calibration/test_calibration_coverage.py [repetitions [metric ...]]."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from analysis.calibration.tables.panel import DISTANCES, METRICS
from analysis.calibration.tables.redraw import Redrawn
from analysis.calibration.tables.score import _rows
from analysis.stats.metrics._rows import ties

SIZE = 4
WORLDS = {"nearly calibrated": 0.78, "overconfident": 1.5}
"""Slope of the stated log-odds in the log-odds known; .78 undoes on average what the item effect hides."""


def answers(n, slope, rng):
    """Items of SIZE answers: difficulty and an unseen item effect are shared, wording is not."""
    items = n // SIZE
    known = rng.normal(0.6, 1.3, items).repeat(SIZE) + rng.normal(0, 0.5, n)
    hidden = rng.normal(0, 1, items).repeat(SIZE)
    confidence = 1 / (1 + np.exp(-slope * known))
    correct = rng.random(n) < 1 / (1 + np.exp(-known - hidden))
    return confidence, correct.astype(float), np.arange(items).repeat(SIZE)


def truths(slope, names, rng):
    """Population values, from two million answers of as many items."""
    confidence, correct, _ = answers(2_000_000, slope, rng)
    levels, right, count = ties(confidence, correct, np.ones(len(correct)))
    return {name: _rows(name)(levels, right / count, count) for name in names}


def covered(n, slope, repetitions, names, truth, rng, draws=1000):
    """[repetitions, names]: -1 where the truth lies below the interval, 1 above, 0 inside."""
    out = []
    for _ in range(repetitions):
        p, y, clusters = answers(n, slope, rng)
        levels, right, count = ties(p, y, np.ones(n))
        redrawn = Redrawn(p, y, clusters, n // SIZE, rng, draws, 0.95)
        limits = [redrawn.interval(name, _rows(name)(levels, right / count, count)) for name in names]
        out.append(
            [int(truth[k] > one["high"]) - int(truth[k] < one["low"]) for k, one in zip(names, limits, strict=True)]
        )
    return np.array(out)


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 300, 1000])
def test_nominal_95_percent_intervals_hold_the_truth(n):
    """120 repetitions in the overconfident world; 2 to 8 misses in 100, give or take 3.5 standard errors."""
    names = ["accuracy", "signed_gap", "brier", "log_score", "auroc", "aurc", "ece", "ece_mass", "debiased_ece"]
    names += ["reliability", "resolution"]
    rng = np.random.default_rng(n)
    missed = covered(n, 1.5, 120, names, truths(1.5, names, rng), rng, draws=400) != 0
    rate, error = missed.mean(axis=0), np.sqrt(0.05 * 0.95 / 120)
    assert (rate <= 0.08 + 3.5 * error).all(), dict(zip(names, rate, strict=True))
    assert rate.mean() == pytest.approx(0.05, abs=0.03)


def main(repetitions=250, *chosen):
    every, lines = chosen or METRICS, []
    for world, slope in WORLDS.items():
        truth = truths(slope, every, np.random.default_rng(0))
        for n in (100, 300, 1000):
            specs = {name: DISTANCES[name] for name in every if name in DISTANCES}
            without = {name for name, spec in specs.items() if spec.without or spec.least > n // SIZE}
            names = [name for name in every if name not in without]
            found = covered(n, slope, repetitions, names, truth, np.random.default_rng(n), draws=1000)
            held = {name: round(float((found[:, k] == 0).mean()), 3) for k, name in enumerate(names)}
            lines.append({"world": world, "n": n, **held})
            print(lines[-1], flush=True)
    print(pd.DataFrame(lines).set_index(["world", "n"]).T.to_string())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:])
