"""The strip: a row per claim, one axis per unit, a failed gate where the number would be."""

from __future__ import annotations

import re

from analysis import claims
from analysis.report.claims import Claim
from analysis.report.numbers import typeset
from analysis.report.strip import strip
from analysis.stats.fits._units import Estimate


def claim(name: str, value, low, high, unit="probability", null=0.5, **about) -> dict:
    found = Estimate(value, low, high, 0.95, 9, 9, 9, 9, "t", reason="" if low is not None else "constant")
    return Claim(f"Is it {name}?", found, unit, null, id=f"test.{name}", **about).record()


SHARES = [claim("a", 0.7, 0.6, 0.8), claim("b", 0.5, 0.48, 0.52)]
GAPS = [claim("c", 0.0, -0.01, 0.01, "percentage points", 0.0), claim("d", 0.1, -0.1, 0.3, "percentage points", 0.0)]


def test_claims_of_a_unit_share_an_axis_whose_ends_are_labelled():
    page = strip([*SHARES, *GAPS])
    assert page.count("strip__axis") == 2
    assert "<span>0.0</span><span>%</span><span>100.0</span>" in page
    assert "<span>−33.0</span><span>percentage points</span><span>33.0</span>" in page
    nulls = re.findall(r'bar__null" x="([\d.]+)"', page)
    assert nulls == ["49.70"] * 4, "the null of each row lies at the same place"


def test_claims_of_a_unit_stand_together():
    page = strip([SHARES[0], GAPS[0], SHARES[1], GAPS[1]])
    assert re.findall(r'href="#claim-test\.(\w)"', page) == ["a", "b", "c", "d"]
    assert page.count("strip__axis") == 2


def test_each_row_links_to_its_card_and_says_its_verdict():
    page = strip([*SHARES, *GAPS])
    assert re.findall(r'href="#claim-test\.(\w)"', page) == ["a", "b", "c", "d"]
    for words in ("above 50.0 %", "within 5.0 points of 50.0 %", "no effect over 5.0 points", "inconclusive"):
        assert f">{typeset(words)}</td>" in page


def test_a_claim_without_a_result_shows_why_and_no_mark():
    page = strip([claim("x", 0.9, 0.8, 1.0, gates=(claims.option_mass(0.1),)), claim("y", 0.9, None, None)])
    assert typeset("option mass 10.0 % (needs at least 50 %)") in page
    assert "constant" in page
    assert "<svg" not in page
    assert "90.0" not in page


def test_of_several_failed_gates_the_first_is_named():
    gates = (claims.option_mass(0.1), claims.parse_rate(0.2), claims.position_bias(0.99))
    page = strip([claim("x", 0.9, 0.8, 1.0, gates=gates)])
    assert typeset("option mass 10.0 % (needs at least 50 %), and 2 more") in page
    assert "parse" not in page


def test_hostile_words_stay_words():
    page = strip([claim("z", 0.7, 0.6, 0.8) | {"question": "<script>x</script>", "null_name": "<b>"}])
    assert "<script" not in page
    assert "<b>" not in page


def test_no_claims_no_strip():
    assert strip([]) == ""


def test_a_count_is_shown_as_one():
    page = strip([claim("a", 2.0, None, None, "of 8 pairs: fact up; 1 not testable", None)])
    assert ">estimate only</td><td>2 of 8 pairs</td>" in page


def test_what_a_verdict_leaves_open_is_said_and_explained():
    close, wide = claim("a", 0.6, 0.53, 0.67), claim("b", 0.5, 0.3, 0.7, wanted=0.05)
    assert ">above 50.0 %, size open</td>" in strip([close]).replace("\N{NO-BREAK SPACE}", " ")
    assert "perhaps within the margin" in strip([close])
    assert ">inconclusive, run too small</td>" in strip([wide])
    page = strip([claim("c", 0.6, 0.51, 0.7, adjusted=0.2, findings=9)])
    assert ">inconclusive (Holm)</td>" in page
    assert "not after correction" in page
    assert "size open" not in page
    assert "size open" not in strip(SHARES)


def test_where_the_null_is_an_estimate_the_difference_from_it_is_shown():
    over = Estimate(0.18, -0.02, 0.38, 0.95, 9, 9, 9, 9, "t")
    page = strip([claim("d", 0.23, 0.15, 0.32, null=0.05, over_null=over)]).replace("\N{NO-BREAK SPACE}", " ")
    assert "23.0 % against 5.0 %: 18.0 (\N{MINUS SIGN}2.0 to 38.0)" in page
    assert "<span>percentage points</span>" in page
    assert ">inconclusive</td>" in page
