"""Repair recovers a known distortion, is never fitted and judged on the same items, and keeps its promises."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from analysis import calibration
from analysis.calibration.tables.repair import METHODS, isotonic, platt, split, temperature
from analysis.stats.metrics.ece import ece


def overconfident(n, rng, factor=2.5, per=4):
    """Log-odds stated are `factor` times the true ones."""
    odds = rng.normal(0.4, 1.2, n // per).repeat(per)
    correct = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    stated = 1 / (1 + np.exp(-factor * odds))
    return pd.DataFrame({"confidence": stated, "correct": correct, "cluster": np.arange(n // per).repeat(per)})


def test_temperature_recovers_the_known_factor():
    table = overconfident(20_000, np.random.default_rng(0))
    fitted = temperature(table.confidence.to_numpy(), table.correct.to_numpy())
    odds = np.log(fitted(np.array([0.9])) / (1 - fitted(np.array([0.9]))))[0]
    assert np.log(9) / odds == pytest.approx(2.5, rel=0.05)


def test_platt_is_logistic_regression():
    """scikit-learn's without penalty; Platt's targets differ from 0 and 1 by 1e-4 here."""
    table = overconfident(20_000, np.random.default_rng(1))
    z = np.log(table.confidence / (1 - table.confidence)).to_numpy()
    theirs = LogisticRegression(C=np.inf).fit(z[:, None], table.correct)
    new = np.array([0.05, 0.4, 0.99])
    expected = theirs.predict_proba(np.log(new / (1 - new))[:, None])[:, 1]
    ours = platt(table.confidence.to_numpy(), table.correct.to_numpy())(new)
    np.testing.assert_allclose(ours, expected, atol=1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_repair_brings_overconfidence_into_the_null_band(method):
    rng = np.random.default_rng(2)
    table = overconfident(4000, rng)
    repaired = calibration.repair(table, method, rng)
    before, after = (
        calibration.score(one, metrics=("ece", "brier"), rng=rng, draws=200).set_index("metric")
        for one in (table, repaired)
    )
    assert before.value["ece"] > before.null_high["ece"]
    assert after.value["ece"] < before.value["ece"] / 2
    assert after.value["brier"] < before.value["brier"]
    np.testing.assert_array_equal(repaired.stated, table.confidence)


@pytest.mark.parametrize("method", METHODS)
def test_no_answer_repairs_its_own_cluster(method):
    """Turning over the outcomes of one cluster moves nothing in that cluster's own fold."""
    table = overconfident(200, np.random.default_rng(3))
    mine = table.cluster == 7
    turned = table.assign(correct=table.correct.where(~mine, 1 - table.correct))
    first, second = (calibration.repair(one, method, np.random.default_rng(0)) for one in (table, turned))
    same = first.fold == first.fold[mine].iloc[0]
    np.testing.assert_array_equal(first.confidence[same], second.confidence[same])
    assert not np.allclose(first.confidence[~same], second.confidence[~same])


def test_repair_of_noise_looks_no_better_than_it_is():
    """Confidence without information, 60 answers: fitted and judged on the same rows isotonic regression halves the
    Brier score's excess; cross-fitted it must not beat the best constant."""
    rng = np.random.default_rng(4)
    table = pd.DataFrame({"confidence": rng.random(60), "correct": rng.integers(0, 2, 60), "cluster": range(60)})
    within = isotonic(table.confidence.to_numpy(), table.correct.to_numpy())(table.confidence.to_numpy())
    base = table.correct.mean() * (1 - table.correct.mean())
    assert np.mean((within - table.correct) ** 2) < base
    crossed = calibration.repair(table, "isotonic", rng)
    assert np.mean((crossed.confidence - table.correct) ** 2) > base


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("right", [0.0, 1.0])
def test_degenerate_outcomes_stay_finite(method, right):
    table = pd.DataFrame({"confidence": [0.0, 0.3, 1.0, 0.5] * 5, "correct": [right] * 20, "cluster": range(20)})
    repaired = calibration.repair(table, method, np.random.default_rng(0)).confidence
    assert repaired.between(0, 1).all()


def test_missing_rows_take_no_part():
    table = overconfident(100, np.random.default_rng(5))
    table.loc[3, "confidence"] = np.nan
    repaired = calibration.repair(table, "platt", np.random.default_rng(0))
    assert np.isnan(repaired.confidence[3])
    assert repaired.fold[3] == -1


def test_folds_keep_clusters_whole_and_balanced():
    clusters = np.repeat(np.arange(23), 3)
    fold = split(clusters, 5, np.random.default_rng(0))
    per_cluster = pd.DataFrame({"c": clusters, "f": fold}).groupby("c").f
    assert (per_cluster.nunique() == 1).all()
    assert sorted(per_cluster.first().value_counts()) == [4, 4, 5, 5, 5]
    with pytest.raises(ValueError, match="two clusters"):
        split(np.zeros(5), 5, np.random.default_rng(0))
    with pytest.raises(KeyError, match="no method"):
        calibration.repair(overconfident(20, np.random.default_rng(0)), "magic", np.random.default_rng(0))


def probabilities(n, rng, per=3):
    """Four options; the right one tends to have more; rows of a cluster are copies with noise."""
    lean = rng.normal(1, 1, n // per).repeat(per)
    scores = rng.normal(0, 1, (n, 4))
    truth = rng.integers(0, 4, n // per).repeat(per)
    scores[np.arange(n), truth] += lean
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return shares, truth, np.arange(n // per).repeat(per)


@pytest.mark.parametrize("error", [0.1, 0.3])
def test_conformal_sets_hold_the_truth_as_often_as_promised(error):
    rng = np.random.default_rng(6)
    held, size = [], []
    for _ in range(60):
        shares, truth, clusters = probabilities(300, rng)
        sets = calibration.conformal(shares, truth, clusters, rng, error)
        held.append(sets[np.arange(300), truth].mean())
        size.append(sets.mean() * 4)
    assert np.mean(held) == pytest.approx(1 - error, abs=0.02)
    assert np.mean(size) < 3.5


def test_conformal_without_enough_clusters_promises_by_taking_all():
    shares, truth, clusters = probabilities(12, np.random.default_rng(7))
    assert calibration.conformal(shares, truth, clusters, np.random.default_rng(0), 0.05).all()
    with pytest.raises(ValueError, match="error"):
        calibration.conformal(shares, truth, clusters, np.random.default_rng(0), 1.5)


def test_temperature_of_perfect_confidence_is_one():
    rng = np.random.default_rng(8)
    p = rng.beta(2, 2, 20_000)
    fitted = temperature(p, (rng.random(20_000) < p).astype(float))
    assert fitted(np.array([0.8]))[0] == pytest.approx(0.8, abs=0.01)
    assert ece(fitted(p), rng.random(20_000) < p) < 0.02


def test_what_repair_would_bring_is_shown_beside_what_was_stated():
    table = overconfident(1200, np.random.default_rng(8))
    found = calibration.benefit(table, np.random.default_rng(0)).set_index("repair")
    assert list(found.index) == ["as stated", *METHODS]
    ece = found["ECE without noise"].str.split().str[0].astype(float)
    assert (ece[list(METHODS)] < ece["as stated"] / 2).all()
    few = calibration.benefit(table.head(20), np.random.default_rng(0))
    assert few.to_dict("records") == [{"repair": "as stated", "items": 5}]


def test_items_may_have_any_number_of_options():
    """Two, three and thirteen options side by side, as TruthfulQA has them: nothing is invented beyond them."""
    rows = pd.DataFrame({"shares": ["0.7 0.3", "0.2 0.5 0.3", " ".join(["0.076923"] * 13)], "place": [0, 1, 12]})
    shares, place = calibration.option_shares(rows)
    assert shares.shape == (3, 13)
    assert np.isnan(shares).sum(axis=1).tolist() == [11, 10, 0]
    sets = calibration.conformal(shares, place, [0, 1, 2], np.random.default_rng(0))
    assert sets.sum(axis=1).tolist() == [2, 3, 13], "too few clusters: every option that there is, and no other"
