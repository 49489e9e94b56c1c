from __future__ import annotations

import json
from html.parser import HTMLParser

import numpy as np
import pytest

from analysis import claims
from analysis.report.claims import Claim, Gate, Paper
from analysis.report.numbers import numeral
from analysis.stats.fits._units import Estimate

GOOD = claims.option_mass(0.97)


def estimate(value=0.62, low=0.51, high=0.72, **more) -> Estimate:
    return Estimate(value, low, high, 0.95, 40, 400, 398, 400, "Wilson", **more)


def claim(found: Estimate, **more) -> Claim:
    return Claim("Does it?", found, "probability", **{"null": 0.5, "gates": (GOOD,), "id": "a.b", **more})


@pytest.mark.parametrize(
    ("low", "high", "margin", "verdict", "said"),
    [
        (0.51, 0.72, None, "above", "lies above the 50.0 % of chance"),
        (0.31, 0.49, None, "below", "lies below the 50.0 % of chance"),
        (0.45, 0.72, None, "inconclusive", "Minimum detectable effect (80 % power): 19.2 percentage points"),
        (0.50, 0.72, None, "inconclusive", "an effect of the margin needs about"),
        (
            0.48,
            0.53,
            0.05,
            "ruled out",
            "Differences from the 50.0 % of chance beyond 5.0 percentage points are ruled out",
        ),
        (0.45, 0.55, 0.05, "inconclusive", "Inconclusive"),  # touching the margin is not inside it
        (0.51, 0.53, 0.05, "negligible", "Detectable but negligible"),
        (0.51, 0.53, 0.01, "above", "lies above the 50.0 % of chance"),
        (0.48, 0.53, 0, "inconclusive", "Inconclusive: the interval includes the 50.0 % of chance."),
    ],
)
def test_the_sentence_follows_the_interval(low, high, margin, verdict, said):
    one = claim(estimate((low + high) / 2, low, high), margin=margin)
    assert one.verdict == verdict
    assert said in one.sentence


@pytest.mark.parametrize(
    ("low", "high", "about", "left", "said"),
    [
        (0.53, 0.67, {}, "size", "It may differ by less than 5.0 percentage points."),
        (0.33, 0.47, {}, "size", "It may differ by less than 5.0 percentage points."),
        (0.56, 0.67, {}, "", ""),
        (0.53, 0.67, {"margin": 0}, "", ""),
        (0.51, 0.67, {"adjusted": 0.2, "findings": 9}, "correction", "not after correction for the 9 findings"),
        (0.3, 0.7, {"wanted": 0.08}, "sample", "above the target of 8.0 percentage points"),
        (0.3, 0.7, {"wanted": 0.4}, "", ""),
        (0.6, 0.9, {"wanted": 0.01}, "", ""),  # what is decided needs no larger run
        (0.49, 0.52, {"wanted": 0.01}, "", ""),
    ],
)
def test_what_the_interval_leaves_open_is_said(low, high, about, left, said):
    one = claim(estimate((low + high) / 2, low, high), **about)
    assert one.leaves_open == one.record()["leaves_open"] == left
    assert said in one.sentence


def test_nothing_is_ruled_out_without_a_margin():
    narrow = claim(estimate(0.5, 0.4999, 0.5001), margin=0)
    assert "ruled out" not in narrow.sentence
    assert narrow.verdict == "inconclusive"
    kappa = Claim("?", estimate(0.6, 0.599, 0.601), "kappa", null=0.6)
    assert kappa.margin is None, "there is no convention for kappa"
    assert kappa.verdict == "inconclusive"


def test_the_minimum_detectable_effect_follows_from_the_interval():
    one = claim(estimate(0.5, 0.4, 0.6))
    # t quantile 2.0227 at 39 df: se .0494; two-sided power .8 needs a noncentrality of 2.874 (R: power.t.test)
    assert one.detectable == pytest.approx(0.1421, abs=5e-4)
    assert one.units_needed == pytest.approx(40 * (one.detectable / 0.05) ** 2, abs=1)
    assert claim(estimate(0.5, 0.4, 0.6), detectable=0.2).detectable == 0.2
    assert claim(estimate(0.5, 0.49, 0.51)).units_needed is None


def test_denominators_are_in_the_sentence():
    assert "40 matches, 398 of 400 scored" in claim(estimate(), units_name="matches").sentence


def test_a_failed_gate_overrules_a_clear_interval_and_names_itself():
    failed = claim(estimate(0.99, 0.98, 1.0), gates=(GOOD, claims.option_mass(0.03)))
    assert failed.verdict == "instrument not valid for this model"
    assert failed.sentence.startswith(
        "No valid result, instrument not valid for this model: option mass 3.0 % (needs at least 50 %)"
    )
    assert "above" not in failed.sentence


def test_a_control_that_moved_makes_it_not_interpretable():
    moved = claim(estimate(), gates=(claims.negative_control(estimate(0.2, 0.1, 0.3), 0.15),))
    assert moved.verdict == "not interpretable"
    assert "negative control" in moved.sentence
    both = claim(estimate(), gates=(claims.negative_control(estimate(0.2, 0.1, 0.3), 0.15), claims.parse_rate(0.1)))
    assert both.verdict == "instrument not valid for this model"


@pytest.mark.parametrize(("arrived", "verdict"), [(True, "above"), (False, "not interpretable")])
def test_a_fit_that_did_not_arrive_is_not_interpreted(arrived, verdict):
    assert claim(estimate(0.6, 0.55, 0.7), gates=(GOOD, claims.convergence(arrived))).verdict == verdict


@pytest.mark.parametrize(
    ("found", "passed"),
    [((0.02, -0.1, 0.1), True), ((0.05, 0.02, 0.08), True), ((0.2, -0.4, 0.8), False), ((0.05, -0.9, 0.9), None)],
)
def test_a_negative_control_is_decided_by_size(found, passed):
    """At three units a contamination of one SD passed in 82 % by significance; a tiny one may be significant."""
    assert claims.negative_control(estimate(*found), 0.15).passed is passed


def test_readings_that_are_alike_in_all_units_may_still_contradict_each_other():
    """A model that writes the wrong way every time leaves no interval, and is no agreement."""
    up, down, one = (Estimate(value, None, None, 0.95, units, 3, 3, 3, "t")
                     for value, units in ((1.0, 3), (-1.0, 3), (-1.0, 1)))  # fmt: skip
    assert claims.agrees("what it writes", estimate(0.2, 0.1, 0.3), down).passed is False
    assert claims.agrees("what it writes", up, up).passed is True
    assert claims.agrees("what it writes", up, one).passed is True  # a single unit says nothing


def test_an_estimated_null_is_no_fixed_line():
    """A rate of 60 % (55 to 70) against a null of 50 % that is itself a rate: the paired difference decides."""
    found = claim(estimate(0.6, 0.55, 0.7), over_null=estimate(0.1, -0.02, 0.22))
    assert found.verdict == "inconclusive"
    assert "Difference by unit: 10.0 percentage points (-2.0 to 22.0 percentage points)." in found.sentence
    assert claim(estimate(0.6, 0.55, 0.7), over_null=estimate(0.1, 0.02, 0.22)).verdict == "above"
    assert claim(estimate(0.6, 0.55, 0.7), over_null=estimate(0.1, None, None)).verdict == "not testable"


def test_a_report_has_one_error_rate(tmp_path):
    """Twenty findings of nothing and one whose interval just leaves chance: alone above, together inconclusive."""
    nothing = [claim(estimate(0.5, 0.4, 0.6), id=f"test.nothing_{number}") for number in range(20)]
    close = claim(estimate(0.61, 0.51, 0.71), id="test.close")
    assert close.verdict == "above"
    *_, last = claims.publish([*nothing, close], tmp_path)
    assert (last.verdict, last.findings) == ("inconclusive", 21)
    assert "not after correction for the 21 findings of this report" in last.sentence
    (alone,) = claims.publish(close, tmp_path)
    assert alone.verdict == "above"
    *_, clear = claims.publish([*nothing, claim(estimate(0.9, 0.8, 0.95), id="test.clear")], tmp_path)
    assert clear.verdict == "above"


def test_an_unchecked_gate_lets_nothing_be_decided():
    assert claim(estimate(0.6, 0.55, 0.7), gates=(GOOD,)).verdict == "above"
    open_question = claim(estimate(0.6, 0.55, 0.7), gates=(GOOD, claims.position_bias(None)))
    assert open_question.verdict == "not verified"
    assert "Nothing is concluded, because a validity check could not be made" in open_question.sentence


def test_an_unchecked_gate_is_said():
    assert claims.position_bias(None).passed is None
    one = claim(estimate(), gates=(GOOD, claims.position_bias(None)))
    assert "Not checked: position bias." in one.sentence
    assert one.verdict == "not verified", "an unchecked gate blocks every conclusion"
    assert "above" not in one.sentence
    assert claim(estimate(0.5, 0.3, 0.7), gates=(claims.position_bias(None),)).verdict == "inconclusive"


@pytest.mark.parametrize(("bias", "passed"), [(0.2, True), (-0.95, False), (0.95, False)])
def test_position_bias_counts_either_way(bias, passed):
    assert claims.position_bias(bias).passed is passed


def test_not_estimable_says_why():
    none = claim(Estimate(None, None, None, 0.95, 0, 4, 0, 4, "Wilson", reason="nothing could be scored"))
    assert none.verdict == "not testable"
    assert "not testable (nothing could be scored; 0 of 4 scored)" in none.sentence


def test_without_interval_nothing_is_compared():
    bare = claim(estimate(0.9, None, None, reason="one independent unit: no interval"))
    assert bare.verdict == "not testable"
    assert "chance" not in bare.sentence
    assert claim(estimate(0.9, None, None), null=None).verdict == "described"


def test_units_of_measurement():
    points = Claim("?", estimate(6.25, 5.5, 7.0), "points of the game", null=5)
    assert "6.25 (95 % interval 5.50 to 7.00 points of the game" in points.sentence.replace(
        " points of the game (", " ("
    )
    gap = Claim("?", estimate(0.07, 0.01, 0.13), "percentage points", null=0, null_name="no difference")
    assert "7.0 percentage points (95 % interval 1.0 to 13.0 percentage points" in gap.sentence


def test_a_margin_needs_a_null():
    with pytest.raises(ValueError, match="margin"):
        Claim("?", estimate(), "probability", margin=0.1)


@pytest.mark.parametrize("wrong", [{"label": "gut"}, {"comparable": "maybe"}, {"why": ""}])
def test_papers_carry_their_evidence(wrong):
    with pytest.raises(ValueError):
        Paper(**{"value": 0.2, "source": "x", "label": "abs", "comparable": "no", "why": "other items", **wrong})


def test_published_claims_are_complete_json(tmp_path):
    paper = Paper(0.22, "arXiv:2604.02315", "abs", "direction only", "other models and items")
    shown = claims.publish([claim(estimate(spread=0.1), paper=paper)], tmp_path / "run")
    content = json.loads((tmp_path / "run" / "claims.json").read_text())
    assert content["finished"] is True
    (one,) = content["claims"]
    assert content["answer"] == shown.answer
    expected = {"id", "part_of", "family", "detectable", "units_needed", "margin", "label", "question",
                "sentence", "verdict", "value", "low", "high", "level", "null", "unit", "units", "rows",
                "scored", "asked", "gates", "paper", "method", "spread"}  # fmt: skip
    assert expected <= set(one)
    assert one["paper"]["label"] == "abs"
    assert one["gates"][0] | {"why": ""} == {**vars(GOOD), "why": ""}
    assert not list((tmp_path / "run").glob("*.part"))
    assert "Does it?" in repr(shown)


def test_publishing_again_replaces_and_a_failure_leaves_the_old_file(tmp_path):
    claims.publish(claim(estimate()), tmp_path)
    before = (tmp_path / "claims.json").read_text()
    with pytest.raises(ValueError):
        claims.publish(claim(estimate(float("nan"))), tmp_path)
    assert (tmp_path / "claims.json").read_text() == before
    claims.publish([], tmp_path)
    assert json.loads((tmp_path / "claims.json").read_text())["claims"] == []


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_hostile_text_stays_text():
    evil = "</p><script>alert(1)</script><img src=x onerror='a'>"
    found = estimate(reason=evil)
    paper = Paper(0.2, evil, "abs", "no", evil)
    one = Claim(evil, found, evil, null=0.1, null_name=evil, subject=evil, units_name=evil,
                gates=(Gate(evil, 0.1, True, evil),), paper=paper)  # fmt: skip
    tags = Tags(claims.Cards([one])._repr_html_())
    assert not {"script", "img"} & set(tags.seen)
    assert not tags.open


def test_cards_name_their_parts():
    html = claim(estimate(), gates=(GOOD,))._repr_html_()
    for name in ("card--above", 'id="claim-a.b"', "card__sentence", "card__number", "95 % interval", "gate--passed",
                 "option mass 97.0\N{NO-BREAK SPACE}% (needs at least 50\N{NO-BREAK SPACE}%)",
                 "Minimum detectable effect", "bar__margin"):  # fmt: skip
        assert name in html


def test_a_card_with_a_failed_gate_shows_no_number_as_a_result():
    html = claim(estimate(), gates=(GOOD, claims.option_mass(0.1)))._repr_html_().partition("<style")[0]
    assert 'class="card card--invalid"' in html
    told = html.partition("<details>")[0].replace("\N{NO-BREAK SPACE}", " ")
    assert '<p class="card__verdict">no valid result</p>' in told
    assert '<p class="card__void">Option mass 10.0 % (needs at least 50 %).</p>' in told
    assert told.count("10.0 %") == 1
    assert "card__number" not in html
    assert "bar__" not in html


@pytest.mark.parametrize("subject", ["cooperation of none,", "cooperation of none:", "cooperation of none. ", "none,:"])
def test_a_sentence_has_one_mark_after_its_subject(subject):
    said = claim(estimate(), subject=subject).sentence
    assert said.startswith(f"{subject.rstrip(' ,:.')}: ")
    assert ",:" not in said


def test_gates_of_numpy_numbers_can_be_published(tmp_path):
    found = claim(estimate(), gates=(claims.option_mass(np.float64(0.9)), claims.at_most("bias", np.float32(0.1), 0.5)))
    claims.publish(found, tmp_path)
    gates = json.loads((tmp_path / "claims.json").read_text())["claims"][0]["gates"]
    assert [gate["passed"] for gate in gates] == [True, True]


def test_no_subject_is_the_estimate():
    assert claim(estimate(), subject=" :").sentence.startswith("The estimate: ")


@pytest.mark.parametrize(
    ("value", "said"), [(-0.0002, "-0.02 %"), (0.0, "0.0 %"), (-1e-9, "0.0 %"), (0.00004, "0.004 %"), (0.5, "50.0 %")]
)
def test_a_small_share_is_no_minus_zero(value, said):
    assert numeral(value, "probability") == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([{"id": ""}], "has no id"),
        ([{"id": "a.b"}, {"id": "a.b"}], "given twice: a.b"),
        ([{"id": "a.b", "part_of": "a.c"}], "no claim of this report has the id 'a.c'"),
    ],
)
def test_ids_are_complete_unique_and_known(tmp_path, given, said):
    with pytest.raises(ValueError, match=said):
        claims.publish([claim(estimate(), **about) for about in given], tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", ["Games", "games", "games.Does it?", "games..x", "../x.y"])
def test_an_id_is_dotted_names(wrong):
    with pytest.raises(ValueError, match="dotted"):
        claim(estimate(), id=wrong)


def test_a_reader_may_set_the_margin_of_a_claim(tmp_path):
    given = claim(estimate(0.51, 0.48, 0.53))
    assert claims.publish(given, tmp_path)["a.b"].verdict == "ruled out"
    assert claims.publish(given, tmp_path, margins={"a.b": 0.01})["a.b"].verdict == "inconclusive"
    with pytest.raises(ValueError, match="no claim of this report"):
        claims.publish(given, tmp_path, margins={"a.c": 0.01})


def test_a_claim_is_looked_up_by_its_id():
    cards = claims.Cards([claim(estimate()), claim(estimate(0.2), id="a.c")])
    assert cards["a.c"].estimate.value == 0.2
    with pytest.raises(KeyError, match=r"there are: a\.b, a\.c"):
        cards["Does it?"]
