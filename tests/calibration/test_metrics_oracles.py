"""Every metric against other packages on 340 random tables; origin in golden/calibration_metrics.json."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.fft import dct
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from analysis.stats.metrics.accuracy_at import accuracy_at
from analysis.stats.metrics.auprc import auprc
from analysis.stats.metrics.auroc import auroc
from analysis.stats.metrics.brier import brier
from analysis.stats.metrics.debiased_ece import debiased_ece
from analysis.stats.metrics.ece import ece
from analysis.stats.metrics.log_score import log_score
from analysis.stats.metrics.max_gap import max_gap
from analysis.stats.metrics.risk_coverage import risk_coverage
from analysis.stats.metrics.smooth_ece import deposit, fixed_point, smooth_ece

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "calibration_metrics.json").read_text(encoding="utf-8"))
OURS = {
    "ece_10": lambda p, y: ece(p, y, bins=10),
    "ece_15": ece,
    "max_gap_10": lambda p, y: max_gap(p, y, bins=10),
    "ece_mass_10": lambda p, y: ece(p, y, bins=10, scheme="mass"),
    "brier": lambda p, y: brier(p, y).score,
    "log_score": lambda p, y: log_score(p, y).score,
    "auroc": auroc,
    "auprc": auprc,
    "miscalibration": lambda p, y: brier(p, y).miscalibration,
    "discrimination": lambda p, y: brier(p, y).discrimination,
}


def _cases(name):
    for case in GOLDEN["cases"]:
        if case["expected"][name] is not None:
            yield np.array(case["p"]), np.array([int(c) for c in case["y"]]), case["expected"][name]


@pytest.mark.parametrize("name", OURS)
def test_equals_another_package(name):
    found = [(OURS[name](p, y), expected) for p, y, expected in _cases(name)]
    assert len(found) >= (120 if name == "ece_mass_10" else 200)
    ours, theirs = np.array(found).T
    np.testing.assert_allclose(ours, theirs, atol=1e-8, rtol=0)


def test_debiased_ece_equals_uncertainty_calibration():
    compared = 0
    for p, y, square in _cases("debiased_square_15"):
        if np.isfinite(ours := debiased_ece(p, y, scheme="width")):
            assert ours == pytest.approx(np.sqrt(max(0, square)), abs=1e-8)
            compared += 1
    assert compared >= 200


def _cut_gaussian(width, grid):
    """relplot cuts its Gaussian at a distance of 0.5 and renormalises it; the paper's has no cut."""
    steps = np.arange(grid + 1) / grid
    weight = np.where(steps <= 0.5, np.exp(-0.5 * (steps / max(width, 1e-9)) ** 2), 0)
    return (dct(weight, type=1) / dct(weight, type=1)[0])[:grid]


def test_smooth_ece_is_within_a_thousandth_of_relplot():
    """Everywhere with relplot's cut kernel; with the paper's wherever the cut lies beyond three widths."""
    cut, plain = [], []
    for p, y, expected in _cases("smooth_ece"):
        if len(p) < 20:
            continue  # relplot looks for the width in steps of 1/1024, which is too coarse for ten answers
        residual = deposit(p, (y - p) / len(p), 2048)
        cut.append(abs(fixed_point(residual, _cut_gaussian) - expected))
        if expected < 0.15:
            plain.append(abs(smooth_ece(p, y) - expected))
    assert len(cut) >= 250
    assert max(cut) < 1e-3
    assert len(plain) >= 100
    assert max(plain) < 1e-3


@pytest.mark.parametrize("seed", range(200))
def test_weights_and_ties_against_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 200))
    p, w = rng.integers(1, 11, n) / 11, rng.integers(0, 4, n).astype(float)
    y = rng.integers(0, 2, n)
    y[:2], w[:2] = (0, 1), 1
    assert brier(p, y, w).score == pytest.approx(brier_score_loss(y, p, sample_weight=w), abs=1e-12)
    assert auroc(p, y, w) == pytest.approx(roc_auc_score(y, p, sample_weight=w), abs=1e-12)
    assert auprc(p, y, w) == pytest.approx(average_precision_score(y, p, sample_weight=w), abs=1e-12)
    assert log_score(p, y, w).score == pytest.approx(log_loss(y, p, sample_weight=w), abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_area_under_risk_coverage_is_the_mean_over_random_orders_of_ties(seed):
    """Mean over all prefixes of the error rate, averaged over 4,000 shuffles that keep confidence descending."""
    rng = np.random.default_rng(seed)
    p, y = rng.integers(0, 4, 12) / 4, rng.integers(0, 2, 12)
    areas, at_half = [], []
    for _ in range(4000):
        order = np.lexsort((rng.random(12), -p))
        running = np.cumsum(1 - y[order]) / np.arange(1, 13)
        areas.append(running.mean())
        at_half.append(1 - running[5])
    error = 4 * np.std(areas) / np.sqrt(4000) + 1e-12
    assert risk_coverage(p, y).area == pytest.approx(np.mean(areas), abs=error)
    assert accuracy_at(p, y, coverage=0.5) == pytest.approx(np.mean(at_half), abs=4 * np.std(at_half) / 63 + 1e-12)


def test_live_smooth_ece():
    relplot = pytest.importorskip("relplot", reason="relplot is an optional oracle; its numbers are in golden/")
    rng = np.random.default_rng(5)
    p = rng.beta(4, 2, 500)
    y = rng.random(500) < p**2
    assert smooth_ece(p, y) == pytest.approx(relplot.smECE(p, y.astype(float)), abs=1e-3)
