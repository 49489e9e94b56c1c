from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import estimate
from analysis.stats.fits import paired_t, welch

NAN = float("nan")


def wins(k: int, n: int) -> list[float]:
    return [1.0] * k + [0.0] * (n - k)


# statsmodels 0.15.0, proportion_confint(k, n, method="wilson").
# 54/60 and 55/60 are the judge-author agreements of arXiv:2602.24287.
@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(54, 60, 0.7985, 0.9534), (55, 60, 0.8193, 0.9639), (0, 30, 0.0, 0.1135), (7, 7, 0.6457, 1)],
)
def test_wilson_for_independent_answers(k, n, low, high):
    found = estimate.proportion(wins(k, n))
    assert (found.value, found.method, found.units) == (k / n, "Wilson", n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_rows_of_one_unit_do_not_make_it_surer():
    once = estimate.proportion(wins(12, 20), range(20))
    often = estimate.proportion(np.repeat(wins(12, 20), 50), np.repeat(range(20), 50))
    assert (often.units, often.rows) == (20, 1000)
    assert often.value == once.value
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.15)


def test_units_weigh_alike_however_often_they_were_asked():
    found = estimate.proportion([1.0] * 99 + [0.0], ["a"] * 99 + ["b"])
    assert found.value == 0.5


def test_wide_tables_take_student_over_units():
    rng = np.random.default_rng(0)
    values, units = rng.random(4000), np.repeat(np.arange(400), 10)
    means = values.reshape(400, 10).mean(axis=1)
    found = estimate.proportion(values, units)
    half = 1.9659272 * means.std(ddof=1) / 20  # .975 quantile of t on 399
    assert found.method == "cluster t"
    assert (found.low, found.high) == pytest.approx((means.mean() - half, means.mean() + half), abs=1e-8)


def test_nothing_scored_keeps_its_place_and_its_reason():
    for found in (
        estimate.proportion([NAN, NAN], ["a", "b"]),
        estimate.mean([NAN, NAN]),
        estimate.ratio([NAN], [1.0]),
        estimate.bootstrap(np.mean, ([NAN, NAN],), None, np.random.default_rng(0)),
        estimate.difference([NAN], [1.0]),
        estimate.proportion([]),
    ):
        assert found.value is None
        assert found.low is None
        assert found.scored == 0 or found.scored < found.asked
        assert found.reason


def test_unscored_rows_are_counted_not_zero():
    found = estimate.proportion([1.0, 1.0, NAN, NAN], asked=6)
    assert (found.value, found.scored, found.rows, found.asked) == (1.0, 2, 4, 6)


def test_no_interval_from_one_unit_or_without_variation():
    assert estimate.mean([3.0, 4.0], ["a", "a"]).low is None
    constant = estimate.mean([3.0, 3.0, 3.0])
    assert (constant.value, constant.low) == (3.0, None)
    assert "same value" in constant.reason
    sure = estimate.proportion([1.0, 1.0, 1.0], range(3))
    assert sure.low < 0.5 < sure.high == 1.0


def test_arms_are_averaged_within_the_unit_and_their_spread_reported():
    # unit a: arm x .8 (asked twice), arm y .2; unit b: arm x 1, arm y 0; units average to one half each
    found = estimate.proportion([0.8, 0.8, 0.2, 1, 0], list("aaabb"), arms=list("xxyxy"))
    assert found.value == pytest.approx(0.5)
    assert found.spread == pytest.approx(0.8)


def test_a_proportion_outside_its_range_is_an_error():
    with pytest.raises(ValueError, match="0, 1"):
        estimate.proportion([1.5])


def test_rounding_beyond_one_is_one():
    assert estimate.proportion([1.000001, 1.0]).value == 1.0


def test_a_row_without_unit_is_an_error():
    with pytest.raises(ValueError, match="independent unit"):
        estimate.mean([1.0, 2.0], ["a", None])


def test_difference_is_the_paired_t_when_units_are_shared_and_welch_when_not():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=30), rng.normal(size=30) + 0.5
    shared, apart = estimate.difference(a, b, range(30), range(30)), estimate.difference(a, b)
    paired, unpaired = paired_t.paired_t(a, b), welch.welch(a, b)
    assert (shared.low, shared.high, shared.units) == pytest.approx((paired.low, paired.high, 30))
    assert (apart.low, apart.high, apart.units) == pytest.approx((unpaired.low, unpaired.high, 60))


def test_partly_shared_units_lie_between_paired_and_unpaired():
    rng = np.random.default_rng(2)
    own = rng.normal(size=40)
    a, b = own[:30] + 0.3 * rng.normal(size=30), own[10:] + 0.3 * rng.normal(size=30)
    part = estimate.difference(a, b, range(30), range(10, 40))
    none = estimate.difference(a, b, range(30), range(10, 40), paired=False)
    assert part.units == 40
    assert none.units == 60
    assert part.high - part.low < none.high - none.low


# Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10: 56/70 - 48/80, and 9/10 - 3/10.
@pytest.mark.parametrize(
    ("a", "b", "low", "high"), [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)]
)
def test_difference_of_independent_shares(a, b, low, high):
    found = estimate.difference(wins(*a), wins(*b), kind="proportion")
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


# Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10 for pairs (both, first only, second only, neither):
# 20/12/2/16 of its table II; 1/1/7/12 is Bentur et al. 2009 as in Fagerland, Lydersen & Laake 2014.
@pytest.mark.parametrize(("cells", "low", "high"), [((20, 12, 2, 16), 0.056, 0.329), ((1, 1, 7, 12), -0.507, -0.026)])
def test_difference_of_paired_shares(cells, low, high):
    both, first, second, neither = cells
    a, b = wins(both + first, sum(cells)), wins(both, both + first) + wins(second, second + neither)
    found = estimate.difference(a, b, kind="proportion", paired=True)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-4)


def test_difference_of_shares_stays_in_range_and_is_never_a_point():
    found = estimate.difference(wins(10, 10), wins(0, 10), range(10), range(10), kind="proportion")
    assert found.value == 1.0
    assert found.low < 1.0 == found.high


def test_a_thing_minus_itself_is_nothing():
    values = np.random.default_rng(3).random(50)
    assert estimate.difference(values, values, range(50), range(50)).value == 0.0


def test_ratio_of_sums_by_hand():
    # units 3/4, 1/2, 2/6: ratio 6/12; left out one by one 3/8, 5/10, 4/6, so the jackknife's residuals are 1/8, 0 and
    # -1/6, se = sqrt(2/3 * (1/64 + 1/36)); units of 4, 2 and 6 are worth 144/56 even ones, 12/7 degrees of freedom
    found = estimate.ratio([3, 1, 2], [4, 2, 6])
    assert found.value == 0.5
    t = stats.t.ppf(0.975, 12 / 7)
    assert found.high - 0.5 == pytest.approx(t * np.sqrt(2 / 3 * (1 / 64 + 1 / 36)), rel=1e-6)
    even = estimate.ratio([3, 1, 2], [4, 4, 4])  # t(2) = 4.302653 (any table); mean 1/2, variance of the mean 1/48
    assert even.high - 0.5 == pytest.approx(4.302653 * np.sqrt(1 / 48), rel=1e-6)


def test_ratio_refuses_an_empty_denominator():
    assert estimate.ratio([1.0, 2.0], [0.0, 0.0]).value is None


def test_bootstrap_of_a_mean_agrees_with_student():
    rng = np.random.default_rng(4)
    values = rng.normal(size=400)
    exact, drawn = (
        estimate.mean(values, np.repeat(range(40), 10)),
        estimate.bootstrap(np.mean, (values,), np.repeat(range(40), 10), rng, draws=4000),
    )
    assert drawn.value == pytest.approx(exact.value)
    assert (drawn.low, drawn.high) == pytest.approx((exact.low, exact.high), abs=0.012)


def test_bootstrap_refuses_few_units_and_undefined_redraws():
    rng = np.random.default_rng(5)
    assert estimate.bootstrap(np.mean, ([1.0, 2.0],), ["a", "b"], rng).low is None
    undefined = estimate.bootstrap(lambda x: None if x.max() < 9 else 1.0, (np.arange(10.0),), None, rng)
    assert undefined.low is None
    assert "redraws" in undefined.reason


def test_by_keeps_every_cell():
    table = pd.DataFrame(
        {"measure": "p", "value": [1.0, 0.0, NAN, NAN], "status": ["ok", "ok", "error", "error"],
         "cluster": list("abab"), "game": ["pd", "pd", "bos", "bos"], "arm": "x"}
    )  # fmt: skip
    found = estimate.by(table, "p", ["game"]).set_index("game")
    assert found.loc["pd", ["value", "units", "scored", "asked"]].tolist() == [0.5, 2, 2, 2]
    assert found.loc["bos", ["units", "scored", "asked", "reason"]].tolist() == [0, 0, 2, "nothing could be scored"]
    assert pd.isna(found.loc["bos", "value"])


def test_twenty_thousand_rows_take_well_under_a_second():
    rng = np.random.default_rng(6)
    n = 20_000
    table = pd.DataFrame(
        {"measure": "p", "value": rng.random(n), "status": "ok", "cluster": [f"u{i // 10}" for i in range(n)],
         "game": [f"g{i % 25}" for i in range(n)], "arm": ["x", "y"] * (n // 2)}
    )  # fmt: skip
    start = time.process_time()
    estimate.by(table, "p", ["game"])
    estimate.bootstrap(np.mean, (table["value"],), table["cluster"], rng)
    assert time.process_time() - start < 1.0  # of processor time, so that a busy machine does not fail it


def test_parts_of_a_table_are_paired_by_the_unit_that_is_named():
    # Differences 0.9, 1.0, 1.1 in any order of rows: 1 +- 4.302653 x 0.1 / sqrt(3), t on 2 degrees of freedom.
    first = pd.DataFrame({"value": [3.1, 11.0, 6.9], "cluster": ["c", "a", "b"], "stake": [1, 2, 3]})
    second = pd.DataFrame({"value": [6.0, 2.0, 10.0], "cluster": ["b", "c", "a"], "stake": [7, 8, 9]})
    found = estimate.between(first, second)
    assert (found.value, found.low, found.high) == pytest.approx((1.0, 0.751587, 1.248413), abs=1e-6)
    apart = estimate.between(first, second, by="stake")
    assert (found.units, apart.units) == (3, 6)
    assert apart.high - apart.low > 10
