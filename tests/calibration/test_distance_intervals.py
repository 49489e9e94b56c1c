"""Distances and their intervals: isotonic fits of many tables, and how often a calibrated model is called off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import isotonic_regression

from analysis import calibration
from analysis.calibration.tables.distances import Sums, _isotonic


def test_isotonic_fits_of_many_tables_are_those_of_scipy():
    """50 tables of 15 bins, a fifth of them empty."""
    rng = np.random.default_rng(0)
    count = rng.integers(1, 9, (50, 15)) * (rng.random((50, 15)) < 0.8)
    off = np.where(count > 0, rng.normal(size=(50, 15)) * np.sqrt(count), 0.0)
    fitted = _isotonic(Sums(off, count.astype(float), np.zeros_like(off), np.zeros_like(off)))
    for one, held, values in zip(fitted, count, off, strict=True):
        theirs = isotonic_regression(values[held > 0] / held[held > 0], weights=held[held > 0].astype(float)).x
        np.testing.assert_allclose(one[held > 0], theirs, atol=1e-6)


def perfect(rng, n=160):
    p = rng.beta(2, 1.5, n // 2).repeat(2)
    return pd.DataFrame({"confidence": p, "correct": (rng.random(n) < p) * 1.0, "cluster": np.arange(n) // 2})


def test_a_calibrated_model_is_called_off_once_in_twenty():
    """200 tables whose distances are 0: the interval leaves 0 out in 5 of 100, give or take 3.5 standard errors."""
    rng = np.random.default_rng(1)
    names = ["ece", "debiased_ece", "reliability", "miscalibration"]
    lows = [calibration.score(perfect(rng), (), rng, names, 200).set_index("metric")["low"] for _ in range(200)]
    called = (pd.DataFrame(lows) > 0).mean()
    assert (called <= 0.05 + 3.5 * np.sqrt(0.05 * 0.95 / 200)).all(), called
    assert (called >= 0.005).all(), called


def test_the_interval_leaves_zero_out_only_where_the_test_of_calibration_rejects():
    """Overconfident answers of growing size: never without a rejection, and mostly where no calibrated table is as far
    off (the interval has half of its error in each tail, the test all of it in one)."""
    rng = np.random.default_rng(2)
    clear = []
    for k in range(60):
        table = perfect(rng)
        odds = np.log(table.confidence / (1 - table.confidence)) * (1 + k / 15)
        line = calibration.score(table.assign(confidence=1 / (1 + np.exp(-odds))), (), rng, ["ece"], 250).iloc[0]
        assert line.low == 0 or line.p_calibrated <= 0.05
        if line.p_calibrated < 0.005:
            clear.append(line.low > 0)
    assert len(clear) > 30
    assert np.mean(clear) > 0.9


@pytest.mark.parametrize("metric", ["resolution", "discrimination"])
def test_a_distance_far_from_zero_has_an_interval_of_both_sides(metric):
    rng = np.random.default_rng(3)
    p = rng.choice([0.1, 0.9], 400)
    table = pd.DataFrame({"confidence": p, "correct": (rng.random(400) < p) * 1.0, "cluster": np.arange(400)})
    line = calibration.score(table, (), rng, [metric]).iloc[0]
    assert 0.1 < line.low < 0.16 < line.high < 0.22  # truth: .4 squared = .16; SE of about .012


@pytest.mark.parametrize(("metric", "at_least"), [("ece", 0.12), ("reliability", 0.12**2), ("debiased_ece", 0.12)])
def test_luck_buys_no_empty_interval(metric, at_least):
    """40 answers of confidence .25, 10 right: the observed error is 0 with a standard error of .07."""
    table = pd.DataFrame({"confidence": np.full(40, 0.25), "correct": np.arange(40) % 4 == 0, "cluster": range(40)})
    line = calibration.score(table, (), np.random.default_rng(4), [metric]).iloc[0]
    assert line.value == pytest.approx(0, abs=1e-9)
    assert line.low == 0
    assert at_least < line.high < 4 * at_least
