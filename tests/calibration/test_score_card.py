"""The score card: its values, its denominators, its nulls, and forecasters whose truth is known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from analysis import calibration
from analysis.calibration.tables.cells import gather
from analysis.calibration.tables.draws import calibrated, dependence

FEW = ("accuracy", "ece", "brier", "auroc", "signed_gap")


def forecaster(kind, n, rng, per=2):
    """Items know their chance q; rows state some function of it. Every item is asked `per` times."""
    q = rng.beta(2, 1.5, n // per).repeat(per)
    odds = np.log(q / (1 - q))
    stated = {
        "perfect": q,
        "overconfident": 1 / (1 + np.exp(-2.5 * odds)),
        "constant": np.full(n, 0.7),
        "opposite": 1 - q,
        "tens": np.round(q, 1),
    }[kind]
    return pd.DataFrame(
        {"confidence": stated, "correct": (rng.random(n) < q).astype(float), "cluster": np.arange(n // per).repeat(per)}
    )


def card(table, metrics=FEW, seed=0, **given):
    return calibration.score(table, metrics=metrics, rng=np.random.default_rng(seed), **given).set_index("metric")


def test_values_equal_scikit_learn_and_lie_in_their_intervals():
    table = forecaster("perfect", 600, np.random.default_rng(0))
    found = card(table)
    assert found.value["brier"] == pytest.approx(brier_score_loss(table.correct, table.confidence))
    assert found.value["auroc"] == pytest.approx(roc_auc_score(table.correct, table.confidence))
    plain = found.loc[["accuracy", "brier", "auroc", "signed_gap"]]
    assert (plain.low < plain.value).all()
    assert (plain.value < plain.high).all()
    assert (found.units == 300).all()


def test_interval_of_accuracy_is_that_of_cluster_means():
    """Normal interval of 300 item means, to the bootstrap's own error."""
    table = forecaster("perfect", 600, np.random.default_rng(1))
    means = table.groupby("cluster").correct.mean()
    half = 1.968 * means.std() / np.sqrt(300)
    found = card(table, ("accuracy",), draws=4000).loc["accuracy"]
    assert found.high - found.low == pytest.approx(2 * half, rel=0.06)


@pytest.mark.parametrize(
    ("kind", "ece", "auroc", "gap"),
    [("perfect", 0, "high", 0), ("overconfident", 1, "high", None), ("constant", 1, "half", 0.7 - 2 / 3.5),
     ("opposite", 1, "low", None), ("tens", 0, "high", 0)],
)  # fmt: skip
def test_scripted_forecasters_are_recovered(kind, ece, auroc, gap):
    found = card(forecaster(kind, 3000, np.random.default_rng(2)))
    assert (found.p_calibrated["ece"] < 0.01) == bool(ece)
    assert (found.value["ece"] > found.null_high["ece"]) == bool(ece)
    low, high = found.low["auroc"], found.high["auroc"]
    assert {"high": low > 0.6, "half": low <= 0.5 <= high, "low": high < 0.4}[auroc]
    if gap is not None:
        assert found.low["signed_gap"] <= gap <= found.high["signed_gap"]


def test_null_band_holds_a_perfect_forecaster_19_times_in_20():
    """150 tables of 200 answers; 95 % +- 3.5 standard errors."""
    rng = np.random.default_rng(3)
    inside = []
    for _ in range(150):
        table = forecaster("perfect", 200, rng)
        line = calibration.score(table, metrics=("ece",), rng=rng, draws=200).iloc[0]
        inside.append(line.null_low <= line.value <= line.null_high)
    assert np.mean(inside) == pytest.approx(0.95, abs=3.5 * np.sqrt(0.05 * 0.95 / 150))


def test_null_is_that_of_the_paper_size_effect():
    """Beta(4, 2), n = 100: a perfect model's mean ECE is about .11 with 15 bins (simulation, +- .004)."""
    rng = np.random.default_rng(4)
    p = rng.beta(4, 2, 100)
    line = card(pd.DataFrame({"confidence": p, "correct": rng.random(100) < p}), ("ece",)).loc["ece"]
    assert 0.05 < line.null_low < 0.11 < line.null_high < 0.19


def test_dependence_within_items_is_found_and_widens_the_null():
    rng = np.random.default_rng(5)
    p = rng.uniform(0.2, 0.8, 200).repeat(10)
    same = (rng.random(200).repeat(10) < p).astype(float)
    own = (rng.random(2000) < p).astype(float)
    clusters = np.arange(200).repeat(10)
    assert dependence(p, same, clusters) > 0.9
    assert dependence(p, own, clusters) < 0.05
    tables = [pd.DataFrame({"confidence": p, "correct": y, "cluster": clusters}) for y in (same, own)]
    wide, narrow = (card(table, ("signed_gap",)).loc["signed_gap"] for table in tables)
    assert wide.null_high - wide.null_low > 2 * (narrow.null_high - narrow.null_low)


def test_null_outcomes_have_the_stated_probabilities():
    rng = np.random.default_rng(6)
    p, clusters = np.repeat([0.1, 0.5, 0.9], 40), np.arange(120) // 4
    cells = gather(p, np.zeros(120), clusters, rng, 15)
    right = calibrated(p, clusters, 0.3, cells, 4000, rng)
    np.testing.assert_allclose(right.mean(axis=0) / 40, [0.1, 0.5, 0.9], atol=0.01)


def test_missing_confidence_is_counted_and_never_filled_in():
    table = forecaster("perfect", 200, np.random.default_rng(7))
    holes = table.assign(confidence=table.confidence.where(np.arange(200) % 4 > 0))
    found = card(holes)
    assert (found.asked == 200).all()
    assert (found.scored == 150).all()
    pd.testing.assert_series_equal(found.value, card(holes.dropna()).value)


def test_groups_and_same_seed():
    rng = np.random.default_rng(8)
    table = pd.concat([forecaster(kind, 100, rng).assign(kind=kind) for kind in ("perfect", "constant")])
    once, again = (calibration.score(table, ["kind"], np.random.default_rng(1), FEW, draws=50) for _ in range(2))
    pd.testing.assert_frame_equal(once, again)
    assert list(once.kind.unique()) == ["perfect", "constant"]


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"confidence": [], "correct": [], "cluster": []}, dtype=float),
        pd.DataFrame({"confidence": [np.nan], "correct": [1.0], "cluster": [0]}),
        pd.DataFrame({"confidence": [0.5], "correct": [1.0], "cluster": [0]}),
        pd.DataFrame({"confidence": [0.5, 0.6], "correct": [1.0, 0.0], "cluster": [0, 0]}),
        pd.DataFrame({"confidence": np.full(40, 0.5), "correct": np.ones(40), "cluster": range(40)}),
        pd.DataFrame({"confidence": np.zeros(40), "correct": np.zeros(40), "cluster": range(40)}),
        pd.DataFrame({"confidence": np.ones(40), "correct": np.zeros(40), "cluster": range(40)}),
        pd.DataFrame({"confidence": np.tile([0.0, 1.0], 20), "correct": np.tile([1.0, 0.0], 20), "cluster": range(40)}),
    ],
    ids=[
        "empty",
        "no confidence",
        "one row",
        "one cluster",
        "all right",
        "sure and wrong",
        "sure but wrong",
        "opposite",
    ],
)
def test_degenerate_tables_have_a_defined_outcome(table):
    found = card(table, calibration.METRICS, draws=100)
    assert list(found.index) == list(calibration.METRICS)
    unknown = found.value.isna()
    assert (found.reason[unknown] != "").all()
    assert found.loc[found.low.isna() & ~unknown, "reason"].str.contains("interval").all()
    assert (found.low.dropna() <= found.high.dropna() + 1e-12).all()


def test_answers_that_are_all_alike_have_no_interval():
    """The bootstrap cannot see what it has never met: no interval, not one of width zero."""
    table = pd.DataFrame({"confidence": np.full(40, 0.6), "correct": np.ones(40), "cluster": range(40)})
    found = card(table, ("accuracy", "ece", "mean_confidence"), draws=50)
    assert np.isnan(found.low["ece"])
    assert 0.9 < found.low["accuracy"] < found.high["accuracy"] == 1.0  # Wilson's: 40 of 40
    assert "all answers are right" in found.reason["ece"]
    assert found.value["ece"] == pytest.approx(0.4)


def test_bad_requests_are_refused():
    table = forecaster("perfect", 20, np.random.default_rng(0))
    with pytest.raises(KeyError, match="no metric"):
        card(table, ("accuracies",))
    with pytest.raises(KeyError, match="lacks the column"):
        calibration.score(table.drop(columns="correct"))
    with pytest.raises(ValueError, match="confidence"):
        card(table.assign(confidence=85.0))


MILLION = r"""
import re, time
import numpy as np, pandas as pd
from analysis import calibration
rng = np.random.default_rng(0)
q = rng.normal(size=250_000).repeat(4)
p = 1 / (1 + np.exp(-q - rng.normal(size=1_000_000)))
y = (rng.random(1_000_000) < p) * 1.0
table = pd.DataFrame({"confidence": p, "correct": y, "cluster": np.arange(1_000_000) // 4})
began = time.process_time()
found = calibration.score(table, rng=rng)
known = found.set_index("metric")[["value", "low", "high", "null_low", "null_high"]].notna()
assert known.drop("max_gap").all().all() and known.loc["max_gap"].sum() == 3
peak = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]  # ru_maxrss would begin with the parent's
print(time.process_time() - began, int(peak) / 1e6)
"""


@pytest.mark.slow
def test_a_million_rows_in_ten_seconds_and_one_gigabyte():
    """All 19 metrics with intervals and nulls; processor seconds, so that neighbours do not count."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", MILLION], capture_output=True, text=True, cwd=root, check=True)
    seconds, gigabytes = map(float, done.stdout.split())
    assert seconds < 10
    assert gigabytes < 1
