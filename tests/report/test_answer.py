"""The answer a report opens with says at most three sentences and never more than intervals and gates allow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import claims
from analysis.report.claims import Cards, Claim, Gate
from analysis.stats.fits._units import Estimate


def claim(name: str, value=0.7, low=0.6, high=0.8, **about) -> Claim:
    found = Estimate(value, low, high, 0.95, 40, 40, 40, 40, "Wilson", reason="" if low is not None else "constant")
    given = {"null": 0.5, "gates": (claims.option_mass(0.9),), "topic": name, "id": f"test.{name}"}
    return Claim(f"Is it {name}?", found, "probability", **{**given, **about})


PLACED = claims.at_most("first-listed option", 0.97, 0.95, finding="it answers by position")
ABOVE, BELOW = claim("honest"), claim("kind", 0.2, 0.1, 0.3)
SMALL, ABSENT = claim("quick", 0.52, 0.51, 0.53), claim("slow", 0.5, 0.48, 0.52)
WIDE, CONSTANT = claim("shy", 0.5, 0.3, 0.7), claim("mute", 0.0, None, None)
VOID, OPEN = claim("fair", gates=(PLACED,)), claim("bold", gates=(claims.position_bias(None),))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([ABOVE], ["Honest: 70.0 % (95 % interval 60.0 to 80.0 %), above the 50.0 % of chance."]),
        (
            [BELOW, SMALL],
            [
                "Kind: 20.0 %",
                "Quick: 52.0 %, detectable but negligible, within 5.0 percentage points of the 50.0 % of chance.",
            ],
        ),
        (
            [ABSENT],
            ["Slow: 50.0 %, within 5.0 percentage points of the 50.0 % of chance."],
        ),
        ([claim("odd", 0.0, -0.01, 0.01, null=0.0)], ["No effect larger than 5.0 percentage points: odd."]),
        ([WIDE, ABOVE], ["Inconclusive: shy (minimum detectable effect 28.4", ". Honest: 70.0 %"]),
        ([ABOVE, CONSTANT], ["Honest: 70.0 %", "Not testable: mute."]),
        ([OPEN, ABOVE], ["Honest: 70.0 %", "Not verified, as a validity check could not be made: bold."]),
    ],
)
def test_each_verdict_has_its_words(made, said):
    answer = Cards(made).answer
    assert all(words in answer for words in said), answer


def test_a_failed_gate_stands_first_with_its_value_and_bound():
    answer = Cards([VOID, ABOVE, WIDE]).answer
    assert answer.startswith(
        "It answers by position: first-listed option 0.970 (limit 0.95); 1 of 3 questions has no valid result."
    )
    assert "fair" not in answer.lower(), "a claim without a result is not named as one"
    behind = Cards([ABOVE, BELOW, WIDE, VOID]).answer.partition(". ")[0]
    assert behind.startswith("Honest")
    assert "1 of 4 questions has no valid result (first-listed option 0.970" in behind
    assert "answers by position" not in behind, "one claim's gate is no finding about the model"


def test_a_detail_beyond_its_null_is_named_where_nothing_else_is():
    detail = claim("kind", 0.2, 0.1, 0.3, part_of="test.shy")
    assert Cards([WIDE, detail]).answer.startswith("Inconclusive: shy")
    assert ". Kind: 20.0 %" in Cards([WIDE, detail]).answer


def test_what_a_verdict_leaves_open_is_said():
    assert "above the 50.0 % of chance, which may be negligible." in Cards([claim("near", 0.6, 0.53, 0.67)]).answer
    assert "perhaps" not in Cards([claim("far", 0.7, 0.56, 0.84)]).answer
    corrected = claim("several", 0.6, 0.51, 0.7, adjusted=0.2, findings=9)
    assert "several (beyond its null only before correction for 9 findings)" in Cards([corrected]).answer
    small = Cards([ABOVE, claim("rare", 0.5, 0.3, 0.7, wanted=0.05)]).answer
    assert (
        "This run is too small to decide: rare (minimum detectable effect 28.4 percentage points, target 5.0)." in small
    )
    assert "inconclusive" not in small.lower()
    assert "nconclusive: rare (minimum detectable effect" in Cards([claim("rare", 0.5, 0.3, 0.7, wanted=0.3)]).answer


def test_more_than_a_few_of_a_kind_are_counted():
    many = [claim(f"kind {k}", id=f"test.k{k}") for k in range(5)]
    assert "kind 1" in (answer := Cards(many).answer)
    assert "kind 2" in answer
    assert "kind 3" not in answer
    assert answer.endswith("; 2 more.")
    odd = [claim(f"odd {k}", 0.0, -0.01, 0.01, null=0.0, id=f"test.odd{k}") for k in range(4)]
    coins = claim("dear", 0.0, -0.1, 0.1, null=0.0, margin=0.25)
    said = Cards([*odd, coins]).answer
    assert "odd 0, odd 1; no effect larger than 25.0 percentage points: dear; 2 more" in said, (
        "claims with one margin stand together"
    )


def test_details_never_lead():
    detail = claim("late", id="test.honest.late", part_of="test.honest")
    assert Cards([detail, ABOVE]).answer.startswith("Honest: 70.0 %")


def test_no_claims_no_answer():
    assert Cards([]).answer == "This report makes no claims."


POOL = [ABOVE, BELOW, SMALL, ABSENT, WIDE, CONSTANT, VOID, OPEN]
WORDS = {"above": ", above", "below": ", below", "negligible": "detectable but negligible",
         "inconclusive": "nconclusive", "not testable": "ot testable", "not verified": "ot verified"}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(POOL), min_size=1, max_size=8, unique=True))
def test_the_answer_never_says_more_than_the_claims_allow(made):
    answer, verdicts = Cards(made).answer, {one.verdict for one in made}
    assert answer.count(". ") <= 2
    for verdict, words in WORDS.items():
        assert verdict in verdicts or words not in answer, (verdict, answer)
    assert {"ruled out", "negligible"} & verdicts or "within 5.0" not in answer
    failed = any(gate.passed is False for one in made for gate in one.gates)
    assert ("first-listed option" in answer.partition(". ")[0]) is failed
    assert "fair" not in answer


@settings(max_examples=40, deadline=None)
@given(low=st.floats(0, 1), width=st.floats(0.001, 0.5), passed=st.sampled_from([True, False, None]))
def test_a_number_is_named_only_with_a_passed_gate_and_an_interval_off_the_null(low, width, passed):
    high = min(low + width, 1.0)
    one = claim("odd", (low + high) / 2, low, high, gates=(Gate("g", 1.0, passed, "must hold"),))
    decided = "interval" in Cards([one]).answer
    assert decided is (passed is True and one.verdict in ("above", "below"))
