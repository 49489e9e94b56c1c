"""Faults of an independent audit (November 2026), each as the simulation or the number that showed it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from analysis import estimate
from analysis.calibration.tables.score import score
from analysis.games.findings import first_listed
from analysis.stats.fits import area, bootstrap, gee_logit, jzs, kappa, krippendorff, mcnemar, power, spearman
from analysis.stats.metrics.auroc import auroc


def answers(rng: np.random.Generator, units: int, rows: int, p: float, sd: float = 1.0) -> tuple:
    """0/1 answers and their units; units differ with this SD on the logit scale, the mean rate is about `p`."""
    rates = special.expit(special.logit(p) * np.sqrt(1 + sd**2 * 0.346) + sd * rng.normal(size=units))
    unit = np.repeat(np.arange(units), rows)
    return (rng.random(len(unit)) < rates[unit]).astype(float), unit


def test_a_side_of_only_noes_has_no_narrow_difference():
    """5 contexts x 3 rows all 0 against 12 of 95 contexts: -12.6 points, once with limits of -15.9 to -9.3."""
    rng = np.random.default_rng(0)
    few, many = answers(rng, 5, 3, 0.1), answers(rng, 95, 3, 0.1)
    found = estimate.difference(np.zeros(15), many[0], few[1], many[1], kind="proportion", paired=False)
    assert found.method == "combined Wilson limits"
    assert found.low < 0 < found.high
    assert found.high > 0.2  # none of five units is compatible with a third


@pytest.mark.slow
@pytest.mark.parametrize(("few", "many", "p"), [(5, 95, 0.1), (4, 15, 0.1), (5, 95, 0.4), (20, 20, 0.02)])
def test_differences_of_unequal_sides_with_repeated_rows(few, many, p):
    rng, missed = np.random.default_rng(1), 0
    for _ in range(1000):
        (a, ua), (b, ub) = answers(rng, few, 3, p), answers(rng, many, 3, p)
        found = estimate.difference(a, b, ua, ub, kind="proportion", paired=False)
        missed += not found.low <= 0 <= found.high
    assert missed / 1000 <= 0.06


def test_the_area_has_limits_where_right_and_wrong_do_not_overlap():
    """Six separable rows: three of three against none of three was once 1 (1 to 1), verdict "above"."""
    found = area.area([1, 2, 3, 7, 8, 9], [0, 0, 0, 1, 1, 1], rng=np.random.default_rng(0))
    assert (found.estimate, found.high) == (1.0, 1.0)
    assert found.low < 0.5
    assert found.p == pytest.approx(0.1, abs=0.02)  # 2 of the 20 ways to choose three of six
    many = area.area(np.arange(32), np.arange(32) >= 16, rng=np.random.default_rng(0))
    assert many.low > 0.75
    assert many.p < 0.001


def test_the_area_is_that_of_the_metric_and_its_null_variance_mann_and_whitneys():
    rng = np.random.default_rng(2)
    y, score = (rng.random(60) < 0.4).astype(float), rng.integers(0, 9, 60) / 9
    found = area.area(score, y)
    assert found.estimate == pytest.approx(auroc(score, y))
    exact = rng.normal(size=60)
    p = stats.mannwhitneyu(exact[y == 1], exact[y == 0], use_continuity=False, method="asymptotic").pvalue
    levels = [1 - p - 0.004, 1 - p + 0.004]  # by t on 59 where Mann and Whitney have the normal
    inside = [one.low <= 0.5 <= one.high for one in (area.area(exact, y, level=level) for level in levels)]
    assert inside[1] or not inside[0]


@pytest.mark.parametrize(("n", "truth"), [(16, 0.98), (32, 0.98), (32, 0.5)])
def test_limits_of_the_area_cover(n, truth):
    """Missed in 61 and 21 % of samples by the bootstrap at .98."""
    rng, shift, seen, missed = np.random.default_rng(3), np.sqrt(2) * stats.norm.ppf(truth), 0, 0
    for _ in range(400):
        y = (rng.random(n) < 0.5).astype(float)
        found = area.area(rng.normal(size=n) + shift * y, y)
        if found.low is not None:
            seen, missed = seen + 1, missed + (not found.low <= truth <= found.high)
    assert missed / seen <= 0.06 + 2 * np.sqrt(0.05 * 0.95 / seen)


def test_repeated_rows_of_a_unit_do_not_make_an_area_surer():
    rng = np.random.default_rng(4)
    y, score = np.repeat([0.0, 1.0], 10), rng.normal(size=20) + np.repeat([0.0, 1.0], 10)
    once = area.area(score, y)
    often = area.area(np.repeat(score, 8), np.repeat(y, 8), np.repeat(np.arange(20), 8))
    assert often.estimate == pytest.approx(once.estimate)
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.1)


def test_permutations_of_outcomes_keep_their_level_over_sixteen_kinds():
    """Some Holm p below .05 in 19.9 % of reports of sixteen uninformative kinds by a Wald test; 150 reports here."""
    rng, found, reports = np.random.default_rng(5), 0, 100
    for _ in range(reports):
        y = (rng.random(32) < 0.5).astype(float)
        scores = rng.normal(size=(16, 32)) + rng.normal(size=32)
        ps = [area.area(score, y, rng=rng, draws=999).p for score in scores]
        found += min(ps) < 0.05 / 16
    assert found / reports <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / reports)


@pytest.mark.parametrize("ratings", [np.tile([0, 1], 10), np.repeat([0, 1], 10)])
def test_perfect_agreement_has_no_interval_of_no_width(ratings):
    rng = np.random.default_rng(6)
    for found in (kappa.kappa(ratings, ratings, rng=rng), krippendorff.krippendorff([ratings, ratings], rng=rng)):
        assert found.estimate == 1.0
        assert (found.low, found.high) == (None, None)
        assert "no interval" in found.reason
    assert bootstrap.bootstrap(np.mean, (np.ones(30),), None, rng).low is None


def test_a_mean_of_few_units_has_no_bootstrap_interval():
    rng = np.random.default_rng(7)
    assert "fewer than" in bootstrap.bootstrap(np.mean, (rng.normal(size=9),), None, rng).reason


@pytest.mark.slow
@pytest.mark.parametrize("units", [10, 20, 40])
@pytest.mark.parametrize(("draw", "truth", "most"), [("normal", 0.0, 0.06), ("lognormal", np.exp(0.5), 0.12)])
def test_bootstrap_of_a_mean(units, draw, truth, most):
    """7 to 8.5 % of normal and 14 to 22 % of lognormal samples were missed by percentiles."""
    rng, missed = np.random.default_rng(8), 0
    for _ in range(600):
        found = bootstrap.bootstrap(np.mean, (getattr(rng, draw)(size=units),), None, rng, draws=600)
        missed += not found.low <= truth <= found.high
    assert missed / 600 <= most + 2 * np.sqrt(most * (1 - most) / 600)


def test_a_share_of_states_a_player_came_into_is_pooled():
    """A fair coin in 400 runs of four: the mean of the runs' shares after a head reads .405 (Miller and Sanjurjo)."""
    rng = np.random.default_rng(9)
    runs = rng.random((4000, 4)) < 0.5
    after, unit = runs[:, :-1].ravel(), np.repeat(np.arange(4000), 3)
    next_one = runs[:, 1:].ravel()[after].astype(float)
    pooled, averaged = estimate.pooled(next_one, unit[after]), estimate.proportion(next_one, unit[after])
    assert pooled.low < 0.5 < pooled.high
    assert averaged.value == pytest.approx(0.405, abs=0.02)
    assert averaged.high < 0.5


def test_a_perfect_order_is_exact_and_its_interval_holds_the_estimate():
    found = spearman.spearman(np.arange(8), np.arange(8) ** 3)
    assert found.p == pytest.approx(2 / 40320)
    assert found.low < found.high == found.estimate == 1.0
    assert spearman.spearman(np.arange(12), -np.arange(12)).p >= 2 / special.factorial(12)


def test_three_treated_units_of_twenty_are_worth_about_three():
    rng = np.random.default_rng(10)
    y, unit = answers(rng, 20, 6, 0.4)
    treated = (unit < 3).astype(float)
    found = gee_logit.gee_logit(y, {"x": treated}, unit)
    assert found.df < 5
    even = gee_logit.gee_logit(y, {"x": (unit % 2).astype(float)}, unit)
    assert even.df == pytest.approx(18, abs=1.5)


def test_bayes_factors_of_any_t_are_numbers_or_refused():
    # log BF10 of a large t tends to log of sqrt(n)-scaled likelihood ratio: n/2 log(1 + t^2/df) less order log n
    huge = jzs.jzs(200, 10000)
    assert huge.estimate is None
    assert huge.details["log_bf10"] == pytest.approx(5000 * np.log1p(200**2 / 9999), rel=0.01)
    assert jzs.jzs(2.0, 20).estimate == pytest.approx(1.2057726, rel=1e-6)


def test_counts_of_units_are_whole_numbers():
    with pytest.raises(ValueError, match="whole numbers"):
        mcnemar.mcnemar(1.7, 3)


def test_the_smallest_difference_is_found_four_times_in_five_by_its_own_verdict():
    """Of twelve tests under Holm; the difference printed for a lone test was found in 22 to 49 %."""
    rng, n, family, found = np.random.default_rng(11), 40, 12, 0
    half = stats.t.ppf(0.975, n - 1) / np.sqrt(n)
    smallest = power.detectable(-half, half, n - 1, family=family)
    for values in rng.normal(size=(2000, n)) + smallest:
        found += stats.ttest_1samp(values, 0).pvalue < 0.05 / family
    assert found / 2000 == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize(("correct", "said"), [([0.5, 0.5], "0.5 right"), ([1, 1], "right"), ([0, 0], "wrong")])
def test_what_all_answers_are(correct, said):
    assert auroc([0.2, 0.7], correct).reason == f"all answers are {said}" if np.isnan(auroc([0.2, 0.7], correct)) else 1


def test_uneven_clusters_are_not_worth_all_of_their_rows():
    """One unit of 97 rows and three of one: the mean of unit means is as sure as 5.3 rows, not 100."""
    values, units = np.zeros(100), np.r_[np.zeros(97), 1, 2, 3]
    values[[0, 98]] = 1.0
    found = estimate.proportion(values, units)
    assert found.units == 4
    assert found.high - found.low > 0.5


def test_frames_of_nothing():
    assert estimate.pooled([np.nan], ["a"]).reason
    assert pd.isna(area.area([1.0], [1.0]).p) or area.area([1.0], [1.0]).p is None


@pytest.mark.parametrize(
    "run",
    [
        lambda short: estimate.proportion([1, 0, 1], short),
        lambda short: estimate.mean([1, 0, 1], short),
        lambda short: estimate.pooled([1, 0, 1], short),
        lambda short: estimate.ratio([1, 0, 1], [1, 1, 1], short),
        lambda short: estimate.difference([1, 0, 1], [1, 0, 1], short, [1, 2, 3]),
        lambda short: area.area([1, 2, 3], [1, 0, 1], short),
        lambda short: area.gap([1, 2, 3], [1, 2, 3], [1, 0, 1], short),
        lambda short: gee_logit.gee_logit([1, 0, 1], {"x": [1, 2, 3]}, short),
        lambda short: kappa.kappa([1, 0, 1], [1, 0, 1], clusters=short),
        lambda short: bootstrap.bootstrap(np.mean, (np.arange(3.0),), short, np.random.default_rng(0)),
    ],
)
def test_clusters_of_another_length_are_named(run):
    """Once an IndexError from inside."""
    with pytest.raises(ValueError, match="3 rows and 2 clusters: every row must name its independent unit"):
        run(["a", "b"])


def test_a_row_without_cluster_is_named_in_a_score_card():
    table = pd.DataFrame({"confidence": np.linspace(0.5, 1, 12), "correct": 1.0, "cluster": [*range(11), None]})
    with pytest.raises(ValueError, match="every row must name its independent unit"):
        score(table, metrics=("accuracy",), draws=10)
    with pytest.raises(ValueError, match="every row must name its independent unit"):
        area.area([1, 2, 3], [0, 1, 0], ["a", None, "b"])


def test_fifty_of_fifty_right_is_known_to_within_seven_points():
    """Wilson: 50 of 50 has the lower limit 50 / (50 + 1.96 ** 2) = .929; a card of accuracies gives it, too."""
    table = pd.DataFrame({"confidence": np.linspace(0.5, 1, 50), "correct": 1.0, "cluster": range(50)})
    line = score(table, metrics=("accuracy",), draws=10).iloc[0]
    for low, high in ((line["low"], line["high"]), (estimate.proportion(np.ones(50)).low, 1.0)):
        assert (low, high) == (pytest.approx(50 / (50 + 1.96**2), abs=0.01), 1.0)


@pytest.mark.parametrize(("share", "passed"), [(0.005, False), (0.995, False), (0.5, True), (0.9, True), (None, None)])
def test_who_always_takes_the_last_option_answers_by_position_too(share, passed):
    assert first_listed(share).passed is passed


def test_two_areas_over_the_same_rows_are_compared_in_pairs():
    """Scores that share most of their noise differ by less than two areas of independent rows would let them."""
    rng, y = np.random.default_rng(12), np.tile([0.0, 1.0], 40)
    shared = y + rng.normal(size=80)
    one, two = shared + 0.1 * rng.normal(size=80), shared + 0.1 * rng.normal(size=80)
    both = area.gap(one, two, y)
    alone = area.area(one, y)
    assert both.estimate == pytest.approx(auroc(special.expit(one), y) - auroc(special.expit(two), y))
    assert both.low < 0 < both.high
    assert both.high - both.low < 0.5 * (alone.high - alone.low)
    turned = area.gap(two, one, y)
    assert (turned.low, turned.high) == (pytest.approx(-both.high), pytest.approx(-both.low))
    perfect = area.gap(np.arange(80) + 100 * y, one, y)
    assert perfect.low < perfect.estimate < perfect.high
    assert area.gap(one, two, np.ones(80)).reason == "all answers are right"


def test_a_ratio_of_unequal_units_has_the_freedom_of_fewer():
    """Equal denominators leave t on n - 1; where one unit holds half of them, t is that of the few that count."""
    top = np.array([1.0, 2.0, 3.0, 4.0])
    even = estimate.ratio(top, np.full(4, 2.0))
    assert even.high - even.value == pytest.approx(stats.t.ppf(0.975, 3) * top.std(ddof=1) / 2 / 2)
    sizes = np.array([1.0, 1.0, 1.0, 3.0])
    uneven = estimate.ratio(top * sizes, sizes)
    left = (top * sizes - uneven.value * sizes) / (sizes.sum() - sizes)
    error = np.sqrt(0.75 * (left**2).sum())
    assert uneven.high - uneven.value == pytest.approx(stats.t.ppf(0.975, 6**2 / 12 * 0.75) * error)


def test_redraws_are_no_surer_than_students_t_on_either_side():
    values = np.random.default_rng(13).lognormal(sigma=1, size=20)
    found = bootstrap.bootstrap(np.mean, (values,), None, np.random.default_rng(14))
    half = stats.t.ppf(0.975, 19) * values.std(ddof=1) / np.sqrt(20)
    assert found.value - found.low == pytest.approx(half)
    assert found.high - found.value > 1.2 * half


@pytest.mark.parametrize("mid", [False, True])
def test_mcnemar_and_its_interval_never_disagree(mid):
    """Limits of another method beside an exact p disagreed in 3 % of samples."""
    tables = [(gained, lost) for gained in range(25) for lost in range(25) if gained + lost]
    found = [mcnemar.mcnemar(*table, mid=mid) for table in tables]
    assert all((one.p < 0.05) == (not one.low <= 0.5 <= one.high) for one in found)
