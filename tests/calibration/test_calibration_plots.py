"""Figures on empty, one-row and full tables; what they show is what was prepared."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from analysis.calibration.plots import confidence_kinds, persona_plane, reliability, risk_coverage, triage
from analysis.calibration.tables.triage import LEVELS

mpl.use("Agg")


def pairs(n, seed=0):
    rng = np.random.default_rng(seed)
    p = rng.random(n)
    return pd.DataFrame({"confidence": p, "correct": (rng.random(n) < p) * 1.0, "cluster": range(n), "status": "ok",
                         "kind": np.array(["option_raw", "p_true"])[np.arange(n) % 2],
                         "persona": np.array(["none", "control_nurse"])[np.arange(n) % 2]})  # fmt: skip


def judged(n):
    rows = [
        {"measure": measure, "value": 1.0, "status": "ok", "cluster": k, "persona": "none", "setting": "critical",
         "truth": LEVELS[k % 4], "answer": LEVELS[(k + 1) % 4]}
        for k in range(n) for measure in ("correct", "mass")
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("plot", [reliability, confidence_kinds, risk_coverage, persona_plane])
@pytest.mark.parametrize("n", [0, 1, 80])
def test_empty_one_row_and_full_tables(plot, n):
    ax = plot.draw(plot.prepare(pairs(n)))
    ax.figure.canvas.draw()
    assert ax.figure.get_axes()


@pytest.mark.parametrize("plot", [reliability, confidence_kinds, risk_coverage, persona_plane])
def test_nothing_scored_is_said_or_left_empty(plot):
    unread = pairs(10).assign(confidence=np.nan, status="unscored")
    figure = plot.draw(plot.prepare(unread)).figure
    figure.canvas.draw()
    parts = [part for axes in figure.get_axes() for part in axes.collections if isinstance(part, PathCollection)]
    drawn = [np.ma.filled(part.get_offsets(), np.nan) for part in parts]
    assert not any(np.isfinite(points).all(axis=1).any() for points in drawn if len(points))


@pytest.mark.parametrize("n", [1, 40])
def test_triage(n):
    counts = triage.prepare(judged(n))
    assert counts["count"].sum() == n
    axes = triage.draw(counts)
    assert [text.get_text() for text in axes.child_axes[0].texts].count("0") >= 3


def test_triage_of_nothing():
    assert triage.draw(pd.DataFrame(columns=["persona", "setting", "truth", "answer", "count", "share"]))


def test_bins_hold_every_answer_and_bands_the_calibrated_share():
    bins = reliability.prepare(pairs(2000))
    assert bins["count"].sum() == 2000
    assert (bins["null_low"] <= bins["confidence"]).all()
    assert (bins["confidence"] <= bins["null_high"]).all()
    points = reliability.draw(bins).collections[-1].get_offsets()
    np.testing.assert_allclose(points, bins[["confidence", "correct"]])


def test_one_small_multiple_a_kind():
    ax = confidence_kinds.draw(confidence_kinds.prepare(pairs(60)))
    assert len(ax.child_axes) == 2
    assert "30 of 30 read" in ax.child_axes[0].get_title(loc="left") + ax.child_axes[0].get_title()


def test_risk_of_all_answers_is_the_error_rate():
    curves = risk_coverage.prepare(pairs(60))
    last = curves.groupby("kind").tail(1)
    np.testing.assert_allclose(last["risk"], last["error"])
