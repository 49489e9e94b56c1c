"""Metrics on tables small enough to compute by hand, and on degenerate ones."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.stats.metrics._rows import NotEstimable
from analysis.stats.metrics.accuracy_at import accuracy_at
from analysis.stats.metrics.auprc import auprc
from analysis.stats.metrics.auroc import auroc
from analysis.stats.metrics.brier import brier
from analysis.stats.metrics.debiased_ece import debiased_ece
from analysis.stats.metrics.ece import ece
from analysis.stats.metrics.log_score import log_score
from analysis.stats.metrics.max_gap import max_gap
from analysis.stats.metrics.risk_coverage import risk_coverage
from analysis.stats.metrics.signed_gap import signed_gap
from analysis.stats.metrics.smooth_ece import deposit, fixed_point, smooth_ece

NUMBERS = {
    "ece": ece,
    "ece_mass": lambda *a: ece(*a, scheme="mass"),
    "debiased_ece": debiased_ece,
    "smooth_ece": smooth_ece,
    "max_gap": max_gap,
    "signed_gap": signed_gap,
    "brier": lambda *a: brier(*a).score,
    "log_score": lambda *a: log_score(*a).score,
    "auroc": auroc,
    "auprc": auprc,
    "area": lambda *a: risk_coverage(*a).area,
    "accuracy_at": accuracy_at,
}
P = np.array([0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75])
Y = np.array([0, 0, 1, 1, 0, 1, 1, 1])


def test_by_hand():
    """Low confidence .25: 2 of 4 right; high .75: 3 of 4 right."""
    assert ece(P, Y, bins=2) == pytest.approx(0.125)
    assert ece(P, Y, bins=2, scheme="mass") == pytest.approx(0.125)
    assert max_gap(P, Y) == pytest.approx(0.25)
    assert signed_gap(P, Y) == pytest.approx(0.5 - 0.625)
    # Low bin: .25^2 - (.5 * .5)/3 < 0; high bin: 0 - (.75 * .25)/3: their mean is negative.
    assert debiased_ece(P, Y) == 0
    found = brier(P, Y, bins=None)
    assert found.score == pytest.approx((2 * 0.0625 + 2 * 0.5625 + 3 * 0.0625 + 0.5625) / 8)
    assert found.uncertainty == pytest.approx(0.625 * 0.375)
    assert found.reliability == pytest.approx(0.5 * 0.0625)
    assert found.resolution == pytest.approx(0.125**2)
    assert found.within == pytest.approx(0, abs=1e-15)
    assert auroc(P, Y) == pytest.approx((3 * 2 + 0.5 * (3 * 1 + 2 * 2)) / 15)
    assert accuracy_at(P, Y, coverage=0.5) == pytest.approx(0.75)
    assert accuracy_at(P, Y, coverage=0.75) == pytest.approx((3 + 0.5 * 2) / 6)


def test_debiased_square_by_hand():
    """Ten answers at .9, four right: (.5)^2 - .4 * .6/9."""
    assert debiased_ece(np.full(10, 0.9), np.arange(10) < 4) == pytest.approx(math.sqrt(0.25 - 0.24 / 9))


@pytest.mark.parametrize("seed", range(200))
def test_decompositions_add_up(seed):
    rng = np.random.default_rng(seed)
    p, y = np.round(rng.random(50), 2), rng.integers(0, 2, 50)
    for bins in (None, 5):
        found = brier(p, y, bins=bins)
        murphy = found.reliability - found.resolution + found.uncertainty + found.within
        corp = found.miscalibration - found.discrimination + found.uncertainty
        assert found.score == pytest.approx(murphy, abs=1e-12) == pytest.approx(corp, abs=1e-12)
        assert found.miscalibration >= -1e-12
        assert found.discrimination >= -1e-12
        assert bins is not None or found.within == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("seed", range(5))
def test_a_weight_is_that_many_rows_and_order_does_not_matter(name, seed):
    rng = np.random.default_rng(seed)
    p, w = rng.integers(0, 9, 30) / 9, rng.integers(0, 5, 30)
    y = rng.integers(0, 2, 30)
    expected = NUMBERS[name](np.repeat(p, w), np.repeat(y, w))
    shuffled = rng.permutation(30)
    assert NUMBERS[name](p[shuffled], y[shuffled], w[shuffled].astype(float)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_share_correct_stands_for_its_zeros_and_ones(name):
    """Three rows at each of four confidences, joined into one row of weight 3."""
    p, right = np.array([0.1, 0.4, 0.6, 0.8]), np.array([0, 1, 2, 3])
    y = (np.arange(3)[None] < right[:, None]).ravel()
    joined = NUMBERS[name](p, right / 3, np.full(4, 3.0))
    assert joined == pytest.approx(NUMBERS[name](np.repeat(p, 3), y), abs=1e-12)


def test_smooth_ece_of_one_sided_residuals_is_their_mean():
    """If no residual changes sign, smoothing cannot cancel: the integral is |mean residual| at every width."""
    assert smooth_ece(np.full(50, 0.7), np.zeros(50)) == pytest.approx(0.7, abs=1e-5)
    assert smooth_ece(np.full(50, 0.7), np.arange(50) < 20) == pytest.approx(0.3, abs=1e-5)
    assert smooth_ece(np.linspace(0, 1, 101), np.zeros(101)) == pytest.approx(0.5, abs=1e-5)


def test_smooth_ece_does_not_depend_on_its_grid():
    rng = np.random.default_rng(0)
    p, y = rng.random(300), rng.integers(0, 2, 300)
    assert smooth_ece(p, y, grid=512) == pytest.approx(smooth_ece(p, y, grid=8192), abs=1e-4)


def test_deposit_of_many_tables_equals_one_at_a_time():
    rng = np.random.default_rng(0)
    p, mass = rng.random(20), rng.normal(size=(3, 20))
    together = deposit(p, mass, 64)
    np.testing.assert_allclose(together, [deposit(p, row, 64) for row in mass], atol=1e-14)
    np.testing.assert_allclose(fixed_point(together), [fixed_point(row) for row in together], atol=1e-12)


def test_log_score_says_what_it_clipped():
    found = log_score([1.0, 0.5], [0, 1], clip=1e-3)
    assert found.score == pytest.approx((-math.log(1e-3) - math.log(0.5)) / 2)
    assert found.clipped == 0.5


def test_risk_coverage_of_perfect_and_reversed_order():
    """Two of four wrong. Perfect order: risks 0, 0, 1/3, 1/2. Reversed: 1, 1, 2/3, 1/2."""
    perfect, reversed_ = ([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0]), ([0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1])
    assert risk_coverage(*perfect).area == pytest.approx((1 / 3 + 1 / 2) / 4)
    assert risk_coverage(*perfect).excess == pytest.approx(0, abs=1e-12)
    assert risk_coverage(*reversed_).area == pytest.approx((1 + 1 + 2 / 3 + 1 / 2) / 4)


@pytest.mark.parametrize("name", NUMBERS)
def test_no_rows_is_not_estimable(name):
    found = NUMBERS[name]([], [])
    assert isinstance(found, NotEstimable)
    assert found.reason == "no rows"
    assert math.isnan(NUMBERS[name]([0.5, 0.7], [0, 1], [0.0, 0.0]))


@pytest.mark.parametrize("right", [0, 1])
def test_all_right_or_all_wrong(right):
    p, y = [0.2, 0.9, 0.9], [right] * 3
    assert isinstance(auroc(p, y), NotEstimable)
    assert "all answers are" in auroc(p, y).reason
    assert auprc(p, y) == pytest.approx(1) if right else isinstance(auprc(p, y), NotEstimable)
    assert risk_coverage(p, y).area == pytest.approx(1 - right)
    assert risk_coverage(p, y).excess == pytest.approx(0, abs=1e-12)
    assert brier(p, y).uncertainty == 0
    assert ece(p, y) == pytest.approx(abs(2 / 3 - right) if right else 2 / 3)


def test_constant_confidence():
    p, y = np.full(10, 0.5), np.arange(10) < 3
    assert auroc(p, y) == 0.5
    assert auprc(p, y) == pytest.approx(0.3)
    assert risk_coverage(p, y).area == pytest.approx(0.7)
    assert ece(p, y) == ece(p, y, scheme="mass") == max_gap(p, y) == pytest.approx(0.2)
    assert brier(p, y).discrimination == pytest.approx(0, abs=1e-12)


def test_one_row():
    assert ece([0.8], [1]) == pytest.approx(0.2)
    assert isinstance(debiased_ece([0.8], [1]), NotEstimable)
    assert isinstance(auroc([0.8], [1]), NotEstimable)
    assert isinstance(max_gap([0.8], [1], least=5), NotEstimable)
    assert smooth_ece([0.8], [1]) == pytest.approx(0.2, abs=1e-5)


@pytest.mark.parametrize("p", [[math.nan], [1.2], [-0.1], [math.inf]])
@pytest.mark.parametrize("name", NUMBERS)
def test_missing_or_impossible_confidence_is_refused(name, p):
    with pytest.raises(ValueError, match="confidence"):
        NUMBERS[name](p, [1])


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="one length"):
        ece([0.1, 0.2], [1])
    with pytest.raises(ValueError, match="weights"):
        ece([0.1], [1], [-1.0])
    with pytest.raises(ValueError, match="bins"):
        ece([0.1], [1], bins=0)
    with pytest.raises(ValueError, match="scheme"):
        ece([0.1], [1], scheme="quantile")
    with pytest.raises(ValueError, match="coverage"):
        accuracy_at([0.1], [1], coverage=0)
    with pytest.raises(ValueError, match="clip"):
        log_score([0.1], [1], clip=0)


def test_bin_edges_belong_to_the_bin_below():
    """0.5 with two bins lies in the lower one, as in Guo et al. 2017: its gap cancels that of 0.2."""
    assert ece([0.5, 0.2], [0, 1], bins=2) == pytest.approx(abs((0.5 + 0.2) / 2 - 0.5))


def test_perfect_forecaster_of_100_has_an_ece_of_about_nine_percent():
    """Beta(4, 2) confidences, 10 bins, n = 100: .094 (our simulation study of 60 repetitions, +- .004)."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(300):
        p = rng.beta(4, 2, 100)
        found.append(ece(p, rng.random(100) < p, bins=10))
    assert np.mean(found) == pytest.approx(0.094, abs=0.006)
