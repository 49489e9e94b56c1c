"""Every claim says what it speaks for; fixed levels decide nothing; the interval for new kinds stands beside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.report.cards import card
from analysis.report.claims import Claim, screened
from analysis.stats import estimate, target

FOUND = estimate.proportion([1.0] * 90 + [0.0] * 10)


def test_fixed_levels_are_described_however_far_from_the_null():
    sampled = Claim("?", FOUND, "probability", 0.5, id="a.b")
    fixed = Claim("?", FOUND, "probability", 0.5, id="a.b", target=target.FIXED)
    assert (sampled.verdict, fixed.verdict) == ("above", "described")
    assert fixed.record()["label"] == "estimate only, levels are fixed"
    assert "described, not sampled" in card(fixed.record())
    with pytest.raises(ValueError, match="target is one of"):
        Claim("?", FOUND, "probability", 0.5, target="everything")


def test_the_card_says_how_wide_the_number_is_for_new_kinds():
    """38 of 100 contexts in five domains that differ: narrower by context than by domain."""
    rates = dict(zip("abcde", (4, 15, 5, 10, 4), strict=True))
    values = np.concatenate([[1.0] * yes + [0.0] * (20 - yes) for yes in rates.values()])
    rows = pd.DataFrame({"value": values, "cluster": range(100), "domain": np.repeat([*rates], 20)})
    share, new = estimate.proportion(values, rows["cluster"]), target.across(rows, "domain", measure="proportion")
    assert new.value == pytest.approx(share.value)
    assert new.low < share.low < share.high < new.high
    made = Claim("?", share, "probability", 0.5, id="a.b", units_name="contexts", kinds=new, kinds_name="domains")
    assert made.record()["speaks_for"].startswith("more contexts of the same kinds; for new domains ")
    assert made.record()["speaks_for"].endswith("(5 domains)")
    assert "Speaks for" in card(made.record())


def test_two_kinds_say_nothing_about_new_ones_and_one_is_no_kind():
    rows = pd.DataFrame({"value": [0.0, 1.0, 1.0, 1.0], "cluster": range(4), "cover": [*"aabb"]})
    found = target.across(rows, "cover")
    assert (found.value, found.low) == (0.75, None)
    assert "2 kinds" in found.reason
    made = Claim("?", estimate.mean(rows["value"]), "nats", 0.0, kinds=found, kinds_name="covers")
    assert "not for new covers (2 kinds" in made.record()["speaks_for"]
    assert target.across(rows.assign(cover="a"), "cover") is None
    assert target.across(rows, "domain") is None
    assert target.across(rows, "cover", rows.assign(value=0.5)).value == pytest.approx(0.25)


@pytest.mark.slow
def test_a_minimum_detectable_effect_is_found_in_four_of_five_reports():
    """Five claims of 20 units: an effect of the size that the report prints passes the first step of Holm in 80 %."""
    rng = np.random.default_rng(0)

    def report(effect: float) -> list[Claim]:
        means = [estimate.mean(rng.normal(size=20) + effect * (at == 0)) for at in range(5)]
        return screened([Claim("?", found, "nats", 0.0, margin=0) for found in means])

    printed = float(np.mean([report(0.0)[0].detectable for _ in range(50)]))
    alone = float(np.mean([Claim("?", estimate.mean(rng.normal(size=20)), "nats", 0.0).detectable for _ in range(50)]))
    assert printed > 1.2 * alone, "five findings need a larger effect than one"
    found = np.mean([report(printed)[0].verdict == "above" for _ in range(300)])
    assert 0.7 < found < 0.9
