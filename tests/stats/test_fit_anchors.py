"""Known answers: published figures, recomputed figures (`report.reference`), textbook tables, other packages."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.discrete.conditional_models import ConditionalLogit
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.stats.contingency_tables import cochrans_q

from analysis.report import reference
from analysis.stats.fits import (
    chi2,
    cochran_q,
    conditional_logit,
    gee_logit,
    hazard,
    holm,
    jzs,
    kappa,
    krippendorff,
    mcnemar,
    multinomial_logit,
    ordered_logit,
    partial_odds,
    power,
    random_intercept,
    tost,
    welch,
)

GOLDEN = Path(__file__).parents[1] / "golden"
sys.path.append(str(GOLDEN))
import fit_cases  # noqa: E402

ROLEPLAY = reference.table().loc["roleplay2023"]


def printed(value: float, digits: int) -> str:
    return f"{value:.{digits - 1}e}"


@pytest.mark.parametrize("task", ROLEPLAY.index)
def test_exact_mcnemar_of_the_role_play_logs(task):
    line = ROLEPLAY.loc[task]
    found = mcnemar.mcnemar(line["gained"], line["lost"])
    digits = 1 if line["corrected"] < 1e-20 else 2
    assert printed(found.p, digits) == printed(line["corrected"], digits)


def test_holm_leaves_five_of_the_twelve_tasks():
    ps = {task: mcnemar.mcnemar(line["gained"], line["lost"]).p for task, line in ROLEPLAY.iterrows()}
    found = holm.holm(ps, list(ps)).set_index("test")
    assert set(found.index[found["rejected"]]) == {"aqua", "svamp", "last_letter", "coin_flip", "object"}
    assert found.loc["csqa", "p"] < 0.05 < found.loc["csqa", "adjusted"]


@pytest.mark.parametrize(
    ("t", "n", "m", "bf"),
    [(3.34, 288, None, "14.90"), (2.6673, 99, 792, "3.56"), (2.8569, 88, 616, "6.13")],  # section 3.6 of the protocols
)
def test_jzs_bayes_factors(t, n, m, bf):
    assert f"{jzs.jzs(t, n, m).estimate:.2f}" == bf


def test_jzs_speaks_for_the_null_at_zero():
    # t = 0, r = 1: the integral of Rouder et al. 2009 tends to E[1/sqrt(n g)] = sqrt(2 / (n pi)), 1/g chi-squared(1)
    assert 1 / jzs.jzs(0.0, 10_000, r=1.0).estimate == pytest.approx(math.sqrt(10_000 * math.pi / 2), rel=0.01)


def test_chi_squared_of_the_last_round():
    found = chi2.chi2([[87, 57], [8, 8]], correction=True)
    assert (f"{found.statistic:.3f}", f"{found.p:.3f}") == ("0.288", "0.592")


def salvi(name: str) -> pd.Series:
    return reference.figure("salvi2025", name)


@pytest.mark.parametrize("term", ["ai", "human_personal", "ai_personal"])
def test_arithmetic_of_the_persuasion_trial(term):
    line = salvi(term)
    z = line["published"] / line["se"]
    assert z == pytest.approx(line["z"], abs=1.1e-3)  # both printed to four digits
    assert 2 * math.erfc(abs(line["z"]) / math.sqrt(2)) / 2 == pytest.approx(line["p"], rel=5e-3)


def test_odds_ratio_of_the_persuasion_trial():
    found = partial_odds.odds_ratio(salvi("ai_personal")["published"], salvi("ai_personal")["se"])
    assert f"{found['odds_ratio']:.3f}" == "1.812"
    assert f"{found['change']:.1f}" == "81.2"
    assert (f"{found['change_low']:.1f}", f"{found['change_high']:.1f}") == ("26.0", "160.7")
    assert f"{found['share']:.3f}" == "0.644"


@pytest.mark.parametrize(("model", "parameters"), [("", 23), ("preregistered_", 28)])
def test_aic_of_the_persuasion_trial(model, parameters):
    loglik, printed_aic = salvi(f"{model}loglik")["published"], salvi(f"{model}aic")["published"]
    assert partial_odds.aic(loglik, parameters) == pytest.approx(printed_aic, abs=0.011)


def ratings(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ordered answers 1-4 with a proportional effect .7 of x and effects .5, 0, -.6 of z on the three thresholds."""
    rng = np.random.default_rng(seed)
    x, z = rng.integers(0, 2, n).astype(float), rng.integers(0, 2, n).astype(float)
    eta = np.array([-1.5, -0.3, 1.0]) + z[:, None] * np.array([0.5, 0.0, -0.6]) - 0.7 * x[:, None]
    return (rng.random(n)[:, None] > 1 / (1 + np.exp(-eta))).sum(axis=1) + 1.0, x, z


def test_partial_odds_recovers_the_truth():
    y, x, z = ratings(20_000)
    found = partial_odds.partial_odds(y, {"x": x}, {"z": z})
    truth = {"threshold 1|2": -1.5, "threshold 2|3": -0.3, "threshold 3|4": 1.0, "threshold nominal[z] 1|2": 0.5,
             "threshold nominal[z] 2|3": 0.0, "threshold nominal[z] 3|4": -0.6, "x": 0.7}  # fmt: skip
    table = found.table.set_index("term")
    for term, value in truth.items():
        assert abs(table.loc[term, "estimate"] - value) < 3.5 * table.loc[term, "se"]
    assert found.details["parameters"] == 7


def test_partial_odds_without_x_is_the_table_itself():
    # closed form: with one binary nominal predictor the model is saturated, so it returns the cumulative log odds
    y, _, z = ratings(500)
    found = partial_odds.partial_odds(y, pd.DataFrame(index=range(500)), {"z": z}).table.set_index("term")["estimate"]
    for cut in (1, 2, 3):
        shares = [np.mean(y[z == side] <= cut) for side in (0, 1)]
        low, high = (math.log(share / (1 - share)) for share in shares)
        assert found[f"threshold {cut}|{cut + 1}"] == pytest.approx(low, abs=1e-6)
        assert found[f"threshold nominal[z] {cut}|{cut + 1}"] == pytest.approx(high - low, abs=1e-6)


def test_partial_odds_beats_proportional_odds_where_it_should():
    y, x, z = ratings(3000)
    free = partial_odds.partial_odds(y, {"x": x}, {"z": z}).details
    tied = ordered_logit.ordered_logit(y, {"x": x, "z": z}).details
    assert free["loglik"] > tied["loglik"] + 20
    assert free["aic"] < tied["aic"]


def test_partial_odds_with_weights_are_rows_repeated_as_often():
    # identity: whole weights say how often a row stands there, for coefficients and for the robust errors of the units
    y, x, z = ratings(400)
    units, weights = np.arange(400) // 20, np.random.default_rng(3).integers(1, 4, 400)
    once = partial_odds.partial_odds(y, {"x": x}, {"z": z}, units, weights=weights).table
    rows = np.repeat(np.arange(400), weights)
    often = partial_odds.partial_odds(y[rows], {"x": x[rows]}, {"z": z[rows]}, units[rows]).table
    np.testing.assert_allclose(once[["estimate", "se"]], often[["estimate", "se"]], rtol=1e-6, atol=1e-8)
    for wrong in (weights - 1.0, weights[:-1]):
        with pytest.raises(ValueError, match="one weight above 0"):
            partial_odds.partial_odds(y, {"x": x}, {"z": z}, units, weights=wrong)


def test_ordered_logit_agrees_with_statsmodels():
    y, x, z = ratings(800)
    ours = ordered_logit.ordered_logit(y, {"x": x, "z": z})
    theirs = OrderedModel(y, np.column_stack([x, z]), distr="logit").fit(method="bfgs", disp=0, gtol=1e-8)
    mine = ours.table.set_index("term").loc[["x", "z"]]
    assert ours.details["loglik"] == pytest.approx(theirs.llf, abs=1e-6)
    np.testing.assert_allclose(mine["estimate"], theirs.params[:2], atol=1e-4)
    np.testing.assert_allclose(mine["se"], theirs.bse[:2], atol=1e-4)


def clustered(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    units = np.repeat(np.arange(15), rng.integers(3, 12, 15))
    x = np.column_stack([rng.normal(size=15)[units], rng.normal(size=len(units))])
    p = 1 / (1 + np.exp(-(rng.normal(size=15)[units] + 0.5 * x[:, 0])))
    return (rng.random(len(units)) < p).astype(float), x, units


def test_gee_agrees_with_statsmodels_and_lies_between_its_two_covariances():
    y, x, units = clustered()
    ours = gee_logit.gee_logit(y, x, units)

    def theirs(kind: str):
        working = sm.cov_struct.Exchangeable()
        model = sm.GEE(y, sm.add_constant(x), units, family=sm.families.Binomial(), cov_struct=working)
        return model.fit(cov_type=kind), working

    plain, working = theirs("robust")
    np.testing.assert_allclose(ours.table["estimate"], plain.params, atol=1e-5)
    assert ours.details["dependence"] == pytest.approx(float(working.dep_params), abs=1e-5)
    assert (ours.table["se"] > plain.bse).all()  # Kauermann-Carroll corrects half of what Mancl-DeRouen does
    assert (ours.table["se"] < theirs("bias_reduced")[0].bse).all()


def test_random_intercept_agrees_with_statsmodels():
    rng = np.random.default_rng(1)
    units = np.repeat(np.arange(30), 6)
    x = rng.normal(size=180)
    y = rng.normal(size=30)[units] + 0.4 * x + rng.normal(size=180)
    ours = random_intercept.random_intercept(y, {"x": x}, units)
    theirs = sm.MixedLM(y, sm.add_constant(x), units).fit(reml=True)
    assert ours.estimate == pytest.approx(theirs.fe_params[1], abs=1e-5)
    assert ours.details["sd_units"] ** 2 == pytest.approx(float(np.asarray(theirs.cov_re)[0, 0]), rel=1e-3)
    assert (ours.table["se"].to_numpy()) == pytest.approx(theirs.bse_fe, rel=1e-3)
    assert ours.df == 180 - 30 - 1


def test_cochran_q_of_conover_and_of_statsmodels():
    # Conover, Practical Nonparametric Statistics 3rd ed., 4.6 example 1: Q = 2.8 (p .247); twice the units, twice Q
    games = np.array([[1, 1, 1], [1, 1, 1], [0, 1, 0], [1, 1, 0], [0, 0, 0], [1, 1, 1],
                      [1, 1, 1], [1, 1, 0], [0, 0, 1], [0, 1, 0], [1, 1, 1], [1, 1, 1]])  # fmt: skip
    found = cochran_q.cochran_q(np.vstack([games, games]))
    assert found.statistic == pytest.approx(2 * 2.8)
    assert found.p == pytest.approx(cochrans_q(np.vstack([games, games])).pvalue)
    assert "did not" not in found.reason
    assert not cochran_q.cochran_q(games).estimable  # five changing units are too few for chi-squared


def test_conditional_logit_of_pairs_is_the_log_of_the_discordant_ratio():
    # 1:1 matching: beta = log(b / c), Breslow & Day 1980, 7.3; se = sqrt(1/b + 1/c)
    gained, lost = 15, 6
    y = [1, 0] * gained + [0, 1] * lost + [1, 1] * 4
    found = conditional_logit.conditional_logit(y, {"x": [1.0, 0.0] * 25}, np.repeat(range(25), 2))
    assert found.estimate == pytest.approx(math.log(gained / lost), abs=1e-4)
    assert found.table["se"][0] == pytest.approx(math.sqrt(1 / gained + 1 / lost), abs=1e-4)
    assert found.details["units_changing"] == 21


def test_conditional_logit_agrees_with_statsmodels_on_uneven_units():
    rng = np.random.default_rng(7)
    units = np.repeat(np.arange(25), rng.integers(2, 9, 25))
    x = rng.normal(size=(len(units), 2))
    y = (rng.random(len(units)) < 1 / (1 + np.exp(-(rng.normal(size=25)[units] + x[:, 0])))).astype(float)
    ours = conditional_logit.conditional_logit(y, x, units).table
    theirs = ConditionalLogit(y, x, groups=units).fit(disp=False)
    np.testing.assert_allclose(ours["estimate"], theirs.params, atol=1e-4)
    np.testing.assert_allclose(ours["se"], theirs.bse, atol=1e-4)


def test_conditional_logit_manages_long_units():
    rng = np.random.default_rng(8)
    x = rng.normal(size=2000)
    y = (rng.random(2000) < 1 / (1 + np.exp(-x))).astype(float)
    found = conditional_logit.conditional_logit(y, {"x": x}, np.repeat(range(10), 200))
    assert abs(found.estimate - 1.0) < 3.5 * found.table["se"][0]


def test_multinomial_logit_of_a_table_is_its_log_odds():
    # saturated: counts a, b, c under x = 0 (10, 20, 30) and under x = 1 (15, 5, 40)
    y = ["a"] * 10 + ["b"] * 20 + ["c"] * 30 + ["a"] * 15 + ["b"] * 5 + ["c"] * 40
    found = multinomial_logit.multinomial_logit(y, {"x": [0.0] * 60 + [1.0] * 60}).table.set_index("term")["estimate"]
    assert found["b: x"] == pytest.approx(math.log(5 / 15) - math.log(20 / 10), abs=1e-6)
    assert found["c: x"] == pytest.approx(math.log(40 / 15) - math.log(30 / 10), abs=1e-6)
    assert found["intercept c"] == pytest.approx(math.log(3), abs=1e-6)


def test_multinomial_logit_agrees_with_statsmodels():
    rng = np.random.default_rng(9)
    y, x = rng.integers(0, 3, 400), rng.normal(size=(400, 2))
    ours = multinomial_logit.multinomial_logit([str(kind) for kind in y], x)
    theirs = sm.MNLogit(y, sm.add_constant(x)).fit(disp=False)
    np.testing.assert_allclose(ours.table["estimate"], np.asarray(theirs.params).T.ravel(), atol=1e-6)
    np.testing.assert_allclose(ours.table["se"], np.asarray(theirs.bse).T.ravel(), atol=1e-6)
    assert ours.details["loglik"] == pytest.approx(theirs.llf)


def test_clustered_multinomial_with_one_row_a_unit_is_close_to_the_model():
    rng = np.random.default_rng(2)
    y, x = np.array(list("abc"))[rng.integers(0, 3, 3000)], rng.normal(size=3000)
    model = multinomial_logit.multinomial_logit(y, {"x": x}).table
    robust = multinomial_logit.multinomial_logit(y, {"x": x}, range(3000)).table
    np.testing.assert_allclose(robust["se"], model["se"], rtol=0.03)


def test_hazard_of_two_groups_in_two_rounds():
    # round 1: 8/20 against 4/20; round 2: 6/12 against 4/16; oracle: statsmodels GLM on the same unit-rounds
    time = [1] * 8 + [2] * 12 + [1] * 4 + [2] * 16
    event = [1] * 8 + [1] * 6 + [0] * 6 + [1] * 4 + [1] * 4 + [0] * 12
    found = hazard.hazard(time, event, {"x": [1.0] * 20 + [0.0] * 20})
    y = np.array([1] * 8 + [0] * 12 + [1] * 4 + [0] * 16 + [1] * 6 + [0] * 6 + [1] * 4 + [0] * 12)
    x = np.column_stack([np.ones(68), [1] * 20 + [0] * 20 + [1] * 12 + [0] * 16, [0] * 40 + [1] * 28])
    glm = sm.GLM(y, x, family=sm.families.Binomial()).fit()
    assert found.estimate == pytest.approx(glm.params[1], abs=1e-6)
    assert found.p == pytest.approx(glm.pvalues[1], abs=1e-5)
    assert (found.units, found.rows) == (40, 68)
    table = hazard.life_table(time, event).set_index("round")
    assert table.loc[1, ["at_risk", "events", "hazard"]].tolist() == [40, 12, 0.3]
    assert table.loc[2, "survival"] == pytest.approx(0.7 * (1 - 10 / 28))


def test_welch_of_student_1908():
    # Student's sleep data as two independent groups, R's help page of t.test: t -1.8608, df 17.776, p .07939
    a = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    b = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = welch.welch(a, b)
    assert (f"{found.statistic:.4f}", f"{found.df:.3f}", f"{found.p:.5f}") == ("-1.8608", "17.776", "0.07939")
    assert (found.low, found.high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-6)


def test_equivalence_follows_the_ninety_per_cent_interval():
    rng = np.random.default_rng(3)
    base = welch.welch(rng.normal(size=80), rng.normal(size=90))
    inner = tost.tost(base, 10.0)
    edge = max(abs(inner.low), abs(inner.high))
    assert tost.tost(base, edge * 1.0001).p < 0.05 < tost.tost(base, edge * 0.9999).p
    assert inner.level == pytest.approx(0.9)


# Krippendorff 2011, "Computing Krippendorff's alpha-reliability": four observers, twelve units, gaps
OBSERVERS = np.array(
    [[1, 2, 3, 3, 2, 1, 4, 1, 2, np.nan, np.nan, np.nan], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, np.nan, 3],
     [np.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, np.nan], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, np.nan]]
)  # fmt: skip


@pytest.mark.parametrize(("kind", "alpha"), [("nominal", "0.743"), ("ordinal", "0.815"), ("interval", "0.849")])
def test_krippendorff_alpha(kind, alpha):
    assert f"{krippendorff.krippendorff(OBSERVERS, kind).estimate:.3f}" == alpha


def test_kappa_closed_forms():
    # Cohen 1960: p_o .7, p_e .5 -> .4; table 20/5/10/15
    a, b = [1] * 25 + [0] * 25, [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert kappa.kappa(a, b).estimate == pytest.approx(0.4)
    assert kappa.kappa(a, a).estimate == 1.0
    assert kappa.kappa([0, 1], [1, 0]).estimate == -1.0


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_kappa_agrees_with_scikit_learn(weights):
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(4)
    a = rng.integers(1, 6, 60)
    b = np.clip(a + rng.integers(-1, 2, 60), 1, 5)
    expected = cohen_kappa_score(a, b, weights=None if weights == "none" else weights)
    assert kappa.kappa(a, b, weights).estimate == pytest.approx(expected)


def test_units_needed():
    # Cohen 1988, power tables for h; E2 of the ecosystem study: .70 against .73 at 80 % takes 3,552 (unrounded 3552.2)
    assert power.units_needed(0.70, 0.73) == 3553


def test_minimum_detectable_difference_of_a_paired_design():
    # G*Power 3.1, matched pairs, two-sided .05, power .8: d = .5 needs n = 34; d = .2 needs n = 199
    assert power.paired(34, 1.0).estimate <= 0.5 < power.paired(33, 1.0).estimate
    assert power.paired(199, 1.0).estimate <= 0.2 < power.paired(198, 1.0).estimate
    # the same 34 pairs, told by their interval: half of it is t(.975, 33) = 2.034515 over sqrt(34)
    half = 2.034515 / math.sqrt(34)
    assert power.detectable(0.1 - half, 0.1 + half, 33) == pytest.approx(power.paired(34, 1.0).estimate, rel=1e-6)
    assert power.detectable(0.1, None, 33) is power.detectable(0.1, 0.1, 33) is power.detectable(0, 1, 0) is None
    assert power.two_groups(64, 64, 1.0).estimate <= 0.5 < power.two_groups(63, 63, 1.0).estimate


def test_repeats_help_only_as_far_as_rows_differ():
    assert power.unit_sd(1.0, rows=50, icc=1.0) == 1.0
    assert power.unit_sd(1.0, rows=50, icc=0.0) == pytest.approx(1 / math.sqrt(50))
    assert power.two_groups(20, 20, 1.0, rows=12, icc=0.5).estimate > 0.7 * power.two_groups(20, 20, 1.0).estimate


SALVI_CUTS = np.array([
    [-1.7102, -0.4400, 1.0926, 2.3581], [-1.8869, -0.7526, 0.2008, 0.3446], [-0.7383, -1.3288, -0.6199, -0.3899],
    [-1.9312, -0.7406, -1.7563, -0.5568], [1.3458, -0.5097, -0.6393, -2.0581],
])  # fmt: skip
SALVI_CONTRASTS = np.array([[-4, 1, 1, 1, 1], [-3, -3, 2, 2, 2], [-2, -2, -2, 3, 3], [-1, -1, -1, -1, 4]]).T / 5
"""Threshold coefficients (intercept, four contrasts of the earlier opinion; a column a cut) and the contrast matrix,
as printed by the released notebook of Salvi et al."""


def salvi_answers(n: int) -> tuple[np.ndarray, pd.DataFrame, pd.DataFrame]:
    """Opinions after the debate, drawn from the printed coefficients: earlier opinions and arms in equal shares."""
    rng = np.random.default_rng(4)
    before, arm = rng.integers(0, 5, n), rng.integers(0, 4, n)
    shift = np.array([0, *(salvi(name)["published"] for name in ("ai", "human_personal", "ai_personal"))])[arm]
    eta = (SALVI_CUTS[0] + SALVI_CONTRASTS @ SALVI_CUTS[1:])[before] - shift[:, None]
    after = 1.0 + (rng.random(n)[:, None] > 1 / (1 + np.exp(-eta))).sum(axis=1)
    return after, pd.DataFrame(np.eye(4)[arm][:, 1:]), pd.DataFrame(SALVI_CONTRASTS[before])


def test_partial_odds_gives_back_the_reference_output_of_the_persuasion_trial():
    found = partial_odds.partial_odds(*salvi_answers(6000))
    truth = [*SALVI_CUTS.T.ravel(), *(salvi(name)["published"] for name in ("ai", "human_personal", "ai_personal"))]
    assert len(found.table) == len(truth) == 23  # the number behind the printed AIC
    distance = (found.table["estimate"] - truth) / found.table["se"]
    assert (distance**2).sum() < stats.chi2.ppf(0.999, 23)  # together, not each: some of 23 lie two errors off
    assert found.details["parameters"] == 23
    small = partial_odds.partial_odds(*salvi_answers(750)).table
    assert small["se"].iloc[-1] == pytest.approx(salvi("ai_personal")["se"], rel=0.1)  # their arms were not quite equal


def test_fits_still_agree_with_those_that_an_audit_held_against_r():
    """Coefficients, standard errors and p of fixed tables, by the audited version: see `golden/fit_cases.py`."""
    known = json.loads((GOLDEN / "fits.json").read_text())
    found = dict(fit_cases.fitted("analysis.stats.fits"))
    assert found.keys() == known.keys()
    for name, numbers in known.items():
        assert found[name] == pytest.approx(numbers, rel=1e-8, abs=1e-8), name
