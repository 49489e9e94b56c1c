"""What turns do to belief is told apart: readers who forget, who read everything, and who forget at a distance."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

import probes
from analysis.report.verdicts import RULED_OUT
from analysis.user_model import findings, tables
from analysis.user_model.tables import acts, turns
from probes.models.scripted import ScriptedModel, uniform
from probes.shared.world import LANGUAGES, TURNS
from probes.user_model.suite.user_act import UserAct
from probes.user_model.suite.user_log import UserLog

_SPEC = importlib.util.spec_from_file_location("readers_of_turns", Path(__file__).with_name("readers.py"))
readers = importlib.util.module_from_spec(_SPEC)
sys.modules["readers_of_turns"] = readers
_SPEC.loader.exec_module(readers)


def bayes(asked):
    return asked.logit()


@pytest.fixture(scope="module")
def told():
    probe = UserLog(kinds=("completion", "reading"), turns=TURNS)
    models = {"reads all": readers.believer(bayes, "reads all"), "forgets": readers.believer(bayes, "forgets", last=1)}
    return {name: probes.run(probe, model) for name, model in models.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reads_everything_is_the_same_however_it_is_told(language):
    model = readers.believer(bayes, f"reads all in {language}")
    table = probes.run(UserLog(language=language, kinds=("completion", "reading"), turns=TURNS), model)
    for name in turns.turns.CONTRASTS:
        assert turns.change(table, name).value == pytest.approx(0.0, abs=1e-9)
        assert turns.read(table, name).value == pytest.approx(0.0, abs=1e-9)
    assert tables.slope(table).value == pytest.approx(1.0)


def test_who_forgets_all_but_the_last_turn_loses_what_stood_before_it(told):
    """In one turn, or after chatter, nothing is forgotten. Of a spread diary the last day remains: a single line of a
    person has slope 0. Of a diary before chatter nothing remains."""
    table = told["forgets"]
    assert tables.slope(table).value == pytest.approx(1.0)
    assert turns.change(table, "depth").value == pytest.approx(-1.0)
    assert turns.change(table, "amount").value == pytest.approx(0.0, abs=1e-9)
    assert turns.change(table, "distance").value == pytest.approx(-1.0)
    assert turns.read(table, "distance").value == pytest.approx(-5.0)


def weighing(asked, lose, earlier):
    """Acts over silence by the log-odds."""
    p = readers.sure(asked.logit())
    return {"act": p, "silent": 1 - p}


@pytest.mark.parametrize("language", LANGUAGES)
def test_decisions_of_a_reader_are_the_same_however_the_diary_is_told(language):
    table = probes.run(UserAct(turns=TURNS, language=language), readers.decider(weighing, f"reads all in {language}"))
    assert acts.leaning(table).value == pytest.approx(1.0)
    for name in turns.turns.CONTRASTS:
        assert acts.change(table, name).value == pytest.approx(0.0, abs=1e-9)


def test_decisions_of_who_forgets_follow_the_evidence_in_one_turn_only():
    probe, forgetful = UserAct(turns=TURNS), readers.decider(weighing, "forgets", last=1)
    table = probes.run(probe, forgetful)
    assert acts.leaning(table).value == pytest.approx(1.0)
    assert acts.change(table, "depth").value == pytest.approx(-1.0)
    assert acts.change(table, "amount").value == pytest.approx(0.0, abs=1e-9)
    assert acts.change(table, "distance").value == pytest.approx(-1.0)
    alone = probes.run(UserAct(), forgetful)
    for number in (acts.leaning, acts.regret, acts.stops):
        assert (number(table).value, number(table).rows) == (number(alone).value, number(alone).rows)
    log = probes.run(UserLog(kinds=("completion", "reading"), turns=TURNS), readers.believer(bayes, "reads all"))
    assert set(turns.turned(log, table)["of"]) == {
        "slope of belief",
        "reading control, nats",
        "slope of acting over silence",
    }
    assert len(turns.turned(log, table)) == len(turns.turned(log)) + 3
    with pytest.raises(ValueError, match="must begin with 'one'"):
        UserAct(turns=("spread", "one"))


def made(table):
    """The claim about turns."""
    return findings._turns(table, "model")[0]


def test_the_claim_says_the_same_within_the_margin_changed_or_undecided(told):
    alike, changed = made(told["reads all"]), made(told["forgets"])
    assert changed.verdict == "below"
    assert changed.margin == alike.margin == turns.MARGIN
    assert alike.verdict in (RULED_OUT, "not testable"), "differences of nothing have no interval to speak of"
    silent = made(probes.run(UserLog(turns=("one", "spread")), ScriptedModel(uniform)))
    assert silent.verdict not in ("above", "below", RULED_OUT), "two slopes of nothing are no equivalence"


def test_other_claims_are_about_one_turn(told):
    """What is asked of other tellings does not move them: the same run without them has the same numbers."""
    alone = probes.run(UserLog(kinds=("completion", "reading")), readers.believer(bayes, "forgets", last=1))
    for number in (tables.slope, tables.reading):
        assert number(told["forgets"]).value == number(alone).value
        assert number(told["forgets"]).rows == number(alone).rows
    assert findings._turns(alone, "model") == []
    assert turns.turned(alone).empty
    assert list(turns.turned(told["forgets"])["contrast"].unique()) == ["depth", "amount", "distance"]


def test_the_telling_that_others_are_compared_with_comes_first():
    with pytest.raises(ValueError, match="must begin with 'one'"):
        UserLog(turns=("spread", "one"))
    with pytest.raises(ValueError, match="'twice' is not one of"):
        UserLog(turns=("one", "twice"))


def test_an_agent_deaf_in_one_language_is_read_in_the_other_and_fails_the_control_in_its_own():
    for language, passed in (("en", True), ("de", False)):
        model = readers.believer(bayes, "deaf in German", deaf="de")
        table = probes.run(UserLog(language=language, kinds=("completion", "reading")), model)
        gate = findings.clears("reading control", tables.reading(table))
        assert gate.passed is passed
        assert tables.slope(table).value == pytest.approx(1.0 if passed else 0.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fertility_is_a_fact_of_every_row_where_it_is_asked_for(language):
    """A scripted model cuts at blanks: words over bytes."""
    probe = UserLog(kinds=("reading",), language=language, fertility=True)
    model = ScriptedModel(lambda question: uniform(question), "uniform")
    table = probes.run(probe, model)
    assert table["fertility"].between(0.1, 0.3).all()
    assert "fertility" not in probes.run(UserLog(kinds=("reading",), language=language), model)
