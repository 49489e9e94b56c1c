"""Degenerate inputs give a defined result or "not estimable", never a crash, a star or a zero; nulls and identities."""

from __future__ import annotations

import importlib
import json
import math
import pkgutil
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

import analysis.stats.fits
from analysis.stats.fits import (
    bh,
    chi2,
    cochran_q,
    conditional_logit,
    gee_logit,
    hazard,
    holm,
    jzs,
    kappa,
    krippendorff,
    logit,
    max_t,
    mcnemar,
    multinomial_logit,
    ordered_logit,
    paired_t,
    partial_odds,
    power,
    random_intercept,
    tost,
    welch,
)
from analysis.stats.fits._fit import Fit

NAN = float("nan")
FITS = [info.name for info in pkgutil.iter_modules(analysis.stats.fits.__path__) if not info.name.startswith("_")]
UNITS = np.repeat(np.arange(10), 4)
X = np.tile([0.0, 1.0, 0.0, 1.0], 10)
REGRESSIONS = {
    "logit": logit.logit,
    "gee_logit": gee_logit.gee_logit,
    "conditional_logit": conditional_logit.conditional_logit,
    "ordered_logit": ordered_logit.ordered_logit,
    "multinomial_logit": multinomial_logit.multinomial_logit,
    "random_intercept": random_intercept.random_intercept,
}


@pytest.mark.parametrize("name", FITS)
def test_every_fit_has_its_main_function_and_says_what_it_is(name):
    module = importlib.import_module(f"analysis.stats.fits.{name}")
    assert callable(getattr(module, name))
    assert getattr(module, name).__doc__
    assert module.__doc__


def refused(found: Fit) -> str:
    assert found.estimate is None
    assert found.p is None
    assert found.low is None
    assert found.statistic is None
    assert found.reason
    json.dumps(found.record(), allow_nan=False)
    return found.reason


@pytest.mark.parametrize("name", REGRESSIONS)
def test_regressions_refuse_what_cannot_be_fitted(name):
    fit = REGRESSIONS[name]
    mixed = np.tile([0.0, 0.0, 1.0, 1.0], 10)
    refused(fit(np.full(40, NAN), {"x": X}, UNITS))
    refused(fit(np.zeros(40), {"x": X}, UNITS))
    refused(fit(mixed, {"x": np.ones(40)}, UNITS))
    refused(fit(mixed, {"x": X, "same": 2 * X}, UNITS))
    refused(fit(np.array([]), {"x": np.array([])}, np.array([])))


@pytest.mark.parametrize("name", ["logit", "gee_logit", "conditional_logit", "ordered_logit", "multinomial_logit"])
def test_separation_is_found_before_it_becomes_a_star(name):
    assert "separates" in refused(REGRESSIONS[name](X, {"x": X}, UNITS))
    partly = X.copy()
    partly[1] = 0.0  # quasi-complete: x = 0 never says yes
    assert "separates" in refused(REGRESSIONS[name](partly, {"x": X}, UNITS))


@pytest.mark.parametrize("name", ["gee_logit", "random_intercept"])
def test_too_few_units(name):
    y = np.array([0.0, 1, 1, 0, 1, 0, 0, 1])
    assert "units" in refused(REGRESSIONS[name](y, {"x": X[:8]}, UNITS[:8]))


@pytest.mark.parametrize("name", ["logit", "gee_logit", "ordered_logit", "multinomial_logit"])
def test_units_that_all_do_the_same_give_no_p(name):
    never = np.repeat(np.tile([0.0, 1.0], 5), 4)  # no unit varies
    assert "standard error" in refused(REGRESSIONS[name](never, {"x": X}, UNITS))
    alike = np.tile([1.0, 1.0, 0.0, 0.0], 10)  # all vary, none with x
    assert "standard error" in refused(REGRESSIONS[name](alike, {"x": X}, UNITS))
    one = never.copy()
    one[0] = 1 - one[0]
    assert REGRESSIONS[name](one, {"x": X}, UNITS).p > 0.1


def test_random_intercept_refuses_one_row_a_unit_and_reports_its_boundary():
    rng = np.random.default_rng(0)
    assert "one row" in refused(random_intercept.random_intercept(rng.normal(size=40), {"x": X}, np.arange(40)))
    same = rng.normal(size=40)
    same = same - pd.Series(same).groupby(UNITS).transform("mean").to_numpy()
    found = random_intercept.random_intercept(same, {"x": X}, UNITS)
    assert found.details["boundary"] == 1.0
    assert found.details["icc"] == 0.0


def test_rows_without_value_are_dropped_and_counted():
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 40).astype(float)
    y[:3] = NAN
    found = gee_logit.gee_logit(y, {"x": X}, UNITS)
    assert (found.rows, found.details["rows_dropped"]) == (37, 3.0)


def test_empty_cells_of_a_nominal_predictor():
    y = np.array([1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 2, 2], dtype=float)
    z = np.repeat([0.0, 1.0], 6)
    assert len(refused(partial_odds.partial_odds(y, {"x": np.tile([0.0, 1.0], 6)}, {"z": z})).split()) > 1


def test_text_predictors_become_indicators():
    rng = np.random.default_rng(2)
    found = logit.logit(
        rng.integers(0, 2, 300), {"persona": np.array(["calm", "bold", "odd"])[rng.integers(0, 3, 300)]}
    )
    assert found.table["term"].tolist() == ["intercept", "persona_calm", "persona_odd"]


def test_conditional_logit_needs_changes_within_units():
    y = np.repeat(np.tile([0.0, 1.0], 5), 4)
    assert "no unit changed" in refused(conditional_logit.conditional_logit(y, {"x": X}, UNITS))
    constant = np.repeat(np.arange(10.0), 4)
    assert "within units" in refused(
        conditional_logit.conditional_logit(np.tile([0, 1, 1, 0], 10), {"x": constant}, UNITS)
    )
    big = np.tile([0.0, 1.0], 250)
    assert "gee_logit" in refused(conditional_logit.conditional_logit(big, {"x": np.arange(500.0) % 3}, np.zeros(500)))


@pytest.mark.parametrize(
    "found",
    [
        mcnemar.mcnemar(0, 0),
        cochran_q.cochran_q(np.ones((20, 3))),
        cochran_q.cochran_q(np.full((20, 3), NAN)),
        welch.welch([1.0], [1.0, 2.0]),
        welch.welch([1.0, 1.0], [2.0, 2.0]),
        welch.welch([NAN, NAN], [1.0, 2.0]),
        paired_t.paired_t([1.0, 2.0], [0.0, 1.0]),
        paired_t.paired_t([1.0, NAN], [NAN, 1.0]),
        jzs.jzs(float("inf"), 20),
        jzs.jzs(2.0, 1),
        kappa.kappa(list("aaa"), list("aaa")),
        kappa.kappa([None], ["a"]),
        krippendorff.krippendorff([[1, 1, 1], [1, 1, 1]]),
        krippendorff.krippendorff([[1, NAN], [NAN, 1]]),
        chi2.chi2([[0, 0], [3, 4]]),
        chi2.chi2([[3, 1], [1, 2]]),
        max_t.max_t(np.zeros((20, 3)), np.random.default_rng(0)),
        max_t.max_t(np.ones((4, 3)), np.random.default_rng(0)),
        hazard.hazard([3, 3], [0, 0], {"x": [0.0, 1.0]}),
        hazard.hazard([], [], {"x": []}),
        power.power(0.0, 10),
        power.one_proportion(1, 0.5),
        tost.tost(welch.welch([1.0], [2.0]), 1.0),
        tost.tost(mcnemar.mcnemar(3, 4), 1.0),
    ],
)
def test_degenerate_inputs_are_refused_with_a_reason(found):
    assert len(refused(found).split()) > 1


def test_mcnemar_pairs_skips_the_unscored_and_refuses_averages():
    assert mcnemar.pairs([1, 0, 1, NAN], [0, 0, 1, 1]) == (1, 0)
    with pytest.raises(ValueError, match="paired_t"):
        mcnemar.pairs([0.5], [1.0])
    with pytest.raises(ValueError, match="more than one pair"):
        mcnemar.pairs([1, 0], [0, 0], ["u", "u"])


def test_mid_p_is_smaller_than_exact_and_one_at_the_tie():
    mid, exact = mcnemar.mcnemar(9, 2, mid=True), mcnemar.mcnemar(9, 2)
    assert mid.p < exact.p
    assert (mid.details["p_exact"], exact.details["p_mid"]) == (exact.p, mid.p)
    assert exact.low < mid.low < mid.estimate < mid.high < exact.high
    assert mcnemar.mcnemar(4, 4, mid=True).p == 1.0


def test_limits_of_mcnemar_at_the_edge():
    # all of n changed units gained: Clopper-Pearson's lower limit is (alpha / 2)^(1 / n), mid-p's alpha^(1 / n)
    exact, mid = mcnemar.mcnemar(6, 0), mcnemar.mcnemar(6, 0, mid=True)
    assert (exact.low, exact.high) == pytest.approx((0.025 ** (1 / 6), 1.0))
    assert (mid.low, mid.high) == pytest.approx((0.05 ** (1 / 6), 1.0))
    assert mcnemar.mcnemar(0, 6, mid=True).high == pytest.approx(1 - 0.05 ** (1 / 6))


def test_mid_p_of_fagerland():
    # airway hyper-responsiveness before and after transplantation, 1 and 7 changed: Fagerland et al. 2013, table 7
    found = mcnemar.mcnemar(1, 7, mid=True)
    assert (round(found.p, 4), round(found.details["p_exact"], 4)) == (0.0391, 0.0703)


def test_swapping_sides_swaps_signs():
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=20), rng.normal(size=20)
    for fit in (welch.welch, paired_t.paired_t):
        assert fit(a, b).estimate == pytest.approx(-fit(b, a).estimate)
        assert fit(a, b).p == pytest.approx(fit(b, a).p)


def test_a_family_must_be_declared_and_refused_tests_still_count():
    found = holm.holm({"a": 0.02, "b": None, "c": 0.9}, ["a", "b", "c"]).set_index("test")
    assert found.loc["a", "adjusted"] == pytest.approx(0.06)  # times three, although only two gave a p
    assert math.isnan(found.loc["b", "adjusted"])
    assert not found.loc["b", "rejected"]
    for family in (["a", "b"], ["a", "b", "c", "d"], ["a", "a", "b", "c"]):
        with pytest.raises(ValueError, match="family"):
            holm.holm({"a": 0.02, "b": None, "c": 0.9}, family)
    assert holm.holm({}, []).empty


def test_benjamini_hochberg_of_their_own_example():
    # Benjamini & Hochberg 1995, section 3.2: fifteen p-values, the first four are rejected at .05, three by Bonferroni
    ps = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    names = [f"t{at:02d}" for at in range(15)]
    assert bh.bh(dict(zip(names, ps, strict=True)), names)["rejected"].sum() == 4
    assert holm.holm(dict(zip(names, ps, strict=True)), names)["rejected"].sum() == 3


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_own_corrections_agree_with_statsmodels(ps):
    for ours, theirs in ((holm.step_down, "holm"), (bh.step_up, "fdr_bh")):
        with mock.patch("gc.collect"):  # multipletests collects garbage at every call: half a second in a full process
            expected = multipletests(ps, method=theirs)[1]
        assert ours(np.array(ps)) == pytest.approx(expected, abs=1e-12)


def test_max_t_with_all_signs_is_the_exact_sign_test():
    # eight units, all differences positive: 2 of 256 sign patterns are as extreme
    values = np.array([[3.0], [1], [4], [1], [5], [9], [2], [6]])
    found = max_t.max_t(values, np.random.default_rng(0))
    assert found.p == 2 / 256
    assert found.statistic == pytest.approx(paired_t.paired_t(values[:, 0], np.zeros(8)).statistic)


def test_max_t_finds_the_layer_and_pays_for_looking():
    rng = np.random.default_rng(4)
    values = rng.normal(size=(24, 30))
    values[:, 17] += 1.2
    values[:, 5] = 0.0
    found = max_t.max_t(values, rng, draws=999)
    assert found.details["best"] == 17
    alone = max_t.max_t(values[:, [17]], rng, draws=999)
    assert alone.p <= found.p < 0.05
    assert math.isnan(found.table.loc[5, "p"])
    with pytest.raises(ValueError, match="two labels"):
        max_t.max_t(values, rng, groups=["a"] * 24)


def test_bootstrap_limits_hold_the_estimate():
    rng = np.random.default_rng(5)
    a = rng.integers(0, 3, 80)
    b = np.where(rng.random(80) < 0.7, a, rng.integers(0, 3, 80))
    found = kappa.kappa(a, b, clusters=np.repeat(range(20), 4), rng=rng)
    assert found.low < found.estimate < found.high
    assert found.units == 20
    alpha = krippendorff.krippendorff(np.stack([a, b]).astype(float), rng=rng)
    assert alpha.low < alpha.estimate < alpha.high


def test_wrong_kinds_are_errors_not_results():
    with pytest.raises(ValueError):
        logit.logit([0, 2], {"x": [0.0, 1.0]})
    with pytest.raises(ValueError):
        hazard.hazard([0], [1], {"x": [1.0]})
    with pytest.raises(ValueError):
        kappa.kappa([1], [1], "cubic")
    with pytest.raises(ValueError):
        tost.tost(welch.welch([1.0, 2.0], [3.0, 5.0]), 0.0)
    with pytest.raises(ValueError):
        chi2.chi2([[1, -1], [2, 3]])
