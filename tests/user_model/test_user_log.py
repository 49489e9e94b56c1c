"""Scripted readers of diaries are told apart, in every language and kind of question."""

from __future__ import annotations

import importlib.util
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

import probes
from analysis.calibration.tables import score_file
from analysis.user_model import tables
from analysis.user_model.tables import acts
from probes import ScriptedModel
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES
from probes.user_model.asking import KINDS
from probes.user_model.suite.user_act import UserAct
from probes.user_model.suite.user_log import UserLog

_SPEC = importlib.util.spec_from_file_location("readers", Path(__file__).with_name("readers.py"))
readers = importlib.util.module_from_spec(_SPEC)
sys.modules["readers"] = readers
_SPEC.loader.exec_module(readers)


def counter(asked):
    return sum(1.0 if event.value == asked.act else -1.0 for event in asked.log)


RULES = {
    "bayes": (lambda asked: asked.logit(), 1.0),
    "bayes with a taste": (lambda asked: asked.logit() + (3.0 if asked.act in ("tea", "jazz", "bus") else -1.0), 1.0),
    "overconfident": (lambda asked: 2 * asked.logit(), 2.0),
    "half": (lambda asked: 0.5 * asked.logit(), 0.5),
    "counts without names": (counter, 0.0),
    "yes-sayer": (lambda asked: 4.0, 0.0),
    "last own line": (lambda asked: 1.0 if asked.own()[-1] == asked.act else -1.0, 0.0),
    "first own line": (lambda asked: 1.0 if asked.own()[0] == asked.act else -1.0, 0.0),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", RULES)
def test_slopes_are_recovered(name, language):
    rule, expected = RULES[name]
    table = probes.run(UserLog(language=language), readers.believer(rule, name))
    assert (table["status"] == "ok").all()
    assert tables.slope(table).value == pytest.approx(expected, abs=1e-9)
    assert tables.slope(table, "true_or_false").value == pytest.approx(expected, abs=1e-6)


def test_digits_recover_what_they_can_say():
    """A digit cannot say more than log 17: the overconfident reader's odds of 16 still fit."""
    for name in ("bayes", "half"):
        rule, expected = RULES[name]
        found = tables.slope(probes.run(UserLog(), readers.believer(rule, name)), "number")
        assert found.value == pytest.approx(expected, abs=1e-6)


def test_a_bayesian_reader_is_calibrated_and_revises_as_it_should():
    table = probes.run(UserLog(), readers.believer(RULES["bayes"][0], "bayes"))
    own = table[table["kind"].isin(tables.BELIEFS)]
    confidence, correct = (own[own["measure"] == name]["value"].to_numpy() for name in ("confidence", "correct"))
    assert confidence == pytest.approx(correct)
    assert tables.revision(table).value == pytest.approx(1.0)
    assert tables.reading(table).value == pytest.approx(5.0)


def test_weights_by_position_tell_counting_from_recency():
    expected = {counted_own: [1.0] * 6 + [0.0], recent_own: [0.0] * 5 + [1.0, 0.0]}
    for rule, weights in expected.items():
        noisy = readers.believer(lambda asked, rule=rule: rule(asked) + jitter(asked), rule.__name__)
        found = tables.positions(probes.run(UserLog(users=48, kinds=("completion",)), noisy))
        assert found["estimate"].to_numpy() == pytest.approx(weights, abs=0.1)
        assert list(found["term"]) == [f"line {place}" for place in range(2, 8)] + ["last - first"]


def counted_own(asked):
    return sum(1.0 if value == asked.act else -1.0 for value in asked.own())


def recent_own(asked):
    return 1.0 if asked.own()[-2] == asked.act else -1.0


def jitter(asked):
    return 0.1 * np.random.default_rng(zlib.crc32(repr((asked.who, asked.log)).encode())).normal()


def test_a_model_that_knows_nothing_is_on_its_null_in_every_cell():
    log = probes.run(UserLog(), ScriptedModel(uniform))
    belief = log[log["measure"] == "belief"]
    assert belief["value"].to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert (log[log["measure"] == "correct"]["value"] == 0.5).all()
    act = probes.run(UserAct(), ScriptedModel(uniform))
    for name in ("p_act", "p_ask", "p_silent"):
        assert act[act["measure"] == name]["value"].to_numpy() == pytest.approx(1 / 3)
    assert act[act["measure"] == "regret"]["value"].to_numpy() == pytest.approx(1.0)
    assert acts.stops(act).value == pytest.approx(0.0)


def always(name):
    return lambda asked, lose, earlier: {name: 1.0}


def threshold(asked, lose, earlier):
    """The best policy: silent below q/b, act above 1 - q/c, ask between."""
    p = readers.sure(asked.logit())
    worth = {"act": 12 * p - lose * (1 - p), "ask": 12 * p - 3, "silent": 0.0}
    return {max(worth, key=worth.get): 1.0}


def weighing(evidence, stakes):
    """Acts over silence by weighted log-odds and stakes, never asks."""

    def decide(asked, lose, earlier):
        nats = evidence * asked.logit() - stakes * np.log(lose / 12)
        return {"act": readers.sure(nats), "silent": 1 - readers.sure(nats)}

    return decide


def softmax(asked, lose, earlier):
    p = readers.sure(asked.logit())
    worth = np.array([12 * p - lose * (1 - p), 12 * p - 3, 0.0]) / 12
    shares = np.exp(worth) / np.exp(worth).sum()
    return dict(zip(("act", "ask", "silent"), shares, strict=True))


def stopping(deaf):
    def decide(asked, lose, earlier):
        p = 0.1 if earlier == "same" and not deaf else 0.6
        return {"act": p, "silent": 1 - p}

    return decide


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_best_policy_has_no_regret_and_acts_somewhere_of_each_kind(language):
    table = probes.run(UserAct(language=language), readers.decider(threshold, "threshold"))
    assert acts.regret(table).value == pytest.approx(0.0, abs=1e-9)
    assert set(table["best"]) == {"act", "ask", "silent"}


def test_constant_policies_have_regret_and_do_not_follow_evidence():
    for name in ("act", "ask", "silent"):
        table = probes.run(UserAct(), readers.decider(always(name), f"always {name}"))
        assert table[table["measure"] == f"p_{name}"]["value"].to_numpy() == pytest.approx(1.0)
        assert acts.regret(table).value > 0.3
        assert acts.leaning(table).value == pytest.approx(0.0, abs=1e-9)
        assert "do not follow the evidence" in acts.sensitivity(table).reason


@pytest.mark.parametrize(("evidence", "stakes", "expected"), [(1, 1, 1.0), (2, 1, 0.5), (1, 0, 0.0), (0.5, 1, 2.0)])
def test_sensitivity_to_stakes_is_recovered(evidence, stakes, expected):
    noisy = weighing(evidence, stakes)
    table = probes.run(UserAct(), readers.decider(noisy, f"weighing {evidence} {stakes}"))
    lean = acts.leaning(table)
    assert lean.value == pytest.approx(evidence, abs=1e-9)
    found = acts.sensitivity(table)
    if lean.low is not None:
        assert found.value == pytest.approx(expected, abs=1e-9)


def test_a_softmax_agent_shows_more_than_one():
    """By hand: nats of acting over silence are p (1 + c) - c; a diary has p and 1 - p at losses 1/3, 1 and 3."""
    slopes = []
    for k in (0.7, 0.8):
        p, c = np.meshgrid([k, 1 - k], [1 / 3, 1, 3])
        nats, odds, stakes = p * (1 + c) - c, np.log(p / (1 - p)), np.log(c)
        slopes.append([(nats * stakes).sum() / (stakes**2).sum(), (nats * odds).sum() / (odds**2).sum()])
    by_stakes, by_odds = np.mean(slopes, axis=0)
    by_hand = -by_stakes / by_odds
    assert by_hand == pytest.approx(1.10, abs=0.005)
    table = probes.run(UserAct(), readers.decider(softmax, "softmax of utilities"))
    assert acts.sensitivity(table).value == pytest.approx(by_hand)


@pytest.mark.parametrize(("deaf", "expected"), [(False, 0.5), (True, 0.0)])
def test_stopping_is_recovered(deaf, expected):
    table = probes.run(UserAct(), readers.decider(stopping(deaf), f"stopping {deaf}"))
    assert acts.stops(table).value == pytest.approx(expected)


def test_score_reads_the_calibrated_beliefs_of_a_run_folder(tmp_path):
    """A Bayesian's folder has no calibration error and one that is twice as sure has one, whatever else lies there."""
    errors = {}
    for name in ("bayes", "overconfident"):
        out = tmp_path / name
        probes.run(UserLog(users=48), readers.believer(RULES[name][0], name), out=out)
        probes.run(UserAct(), readers.decider(threshold, "threshold"), out=out)
        scores = score_file(out, ["kind"], metrics=("ece",), draws=50).set_index("kind")["value"]
        errors[name] = scores["completion"]
        assert set(scores.index) == set(KINDS)
    exact = np.array([0.7, 0.8])
    twice = exact**2 / (exact**2 + (1 - exact) ** 2)
    assert errors["bayes"] == pytest.approx(0.0, abs=1e-9)
    assert errors["overconfident"] == pytest.approx((twice - exact).mean(), abs=1e-9)
