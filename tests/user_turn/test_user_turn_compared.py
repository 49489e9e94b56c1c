"""Instruments side by side: a perfect judge, a blind one, grounding that agrees and grounding that does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import probes
from analysis import user_turn
from analysis.user_turn.tables.instruments import BOTH, FRESH
from probes.core import Choose
from probes.user_turn.labelled import generated

SAID = {
    f"Assistant: {one.answer}\n\nUser: {one.turn or '(nothing)'}\n\nWhat is": one.label
    for one in generated()
}  # fmt: skip


def writes(question):
    """Follows up on every second context; each turn is likely in its own context alone."""
    if hasattr(question, "contexts"):
        tokens = len(question.text.split())
        return [-1.0 * tokens, *[-6.0 * tokens] * len(question.contexts)]
    if getattr(question, "role", "") != "user":
        return "It takes a calibration."
    even = sum(map(ord, question.transcript.turns[0].text)) % 2 == 0
    return "Which calibration is meant?" if even else question.transcript.turns[0].text


def knows(question):
    """A judge that says what the label says."""
    prompt = question.transcript.turns[0].text
    label = next(said for ending, said in SAID.items() if ending in prompt)
    return "follow_up" if label == "follow_up" else "unrelated"


def doubts(question):
    """Its likelihoods put every turn into another conversation; as a judge it takes the first option."""
    if isinstance(question, Choose):
        return next(iter(question.options.values()))
    return [-90.0, *[-10.0] * len(question.contexts)] if hasattr(question, "contexts") else "x"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("judged")
    probe = probes.suite["user_turn"](per_domain=3, temperatures=(0.0, 1.0), samples=2, grounding=2)
    return probes.run(probe, probes.ScriptedModel(writes), out=out), out


def plain_checks() -> pd.DataFrame:
    """The rules on all labelled turns; nothing else runs."""
    probe = probes.suite["user_turn_instruments"](per_class=1, others=0, judge=False)
    return probes.run(probe, probes.ScriptedModel(doubts))


@pytest.fixture(scope="module")
def checks() -> pd.DataFrame:
    probe = probes.suite["user_turn_instruments"](per_class=1, others=0, fresh=2)
    return probes.run(probe, probes.ScriptedModel(doubts))


def test_a_judge_that_sees_as_the_person_has_kappa_one():
    judged = probes.run(probes.suite["user_turn_judge"](), probes.ScriptedModel(knows))
    assert judged.loc[judged["measure"] == "agrees", "value"].mean() == 1.0
    assert len(judged["key"].unique()) == sum(not one.seen for one in generated())


def test_the_judge_reads_the_untouched_turns_of_the_run_and_nothing_else(run):
    table, out = run
    judged = probes.run(probes.suite["user_turn_judge"](run=str(out)), probes.load_model("scripted:first"))
    read = judged[(judged["origin"] == "run") & (judged["measure"] == "follow_up")]
    said = user_turn.turns(table)
    assert sorted(read["turn"]) == sorted(said["text"])
    lines = user_turn.by_instrument(table, plain_checks(), judged).set_index("instrument")
    assert lines.loc["judge: scripted:first", "kappa"] == pytest.approx(0, abs=0.01)
    assert lines.loc["judge: scripted:first", "verdict"].startswith("unreliable")


def test_rules_and_grounding_agree_where_every_turn_is_likely_in_its_context_alone(run, checks):
    table, _ = run
    lines = user_turn.by_instrument(table, checks).set_index("instrument")
    hottest = user_turn.turns(table).query("temperature == 1 and sample == 0")
    assert lines.loc["rules and grounding, temperature 1", "value"] == hottest["value"].mean() > 0.2
    assert (table.query("measure == 'grounding' and status == 'ok'")["temperature"] == 1).all()


def test_without_grounding_no_turn_is_a_follow_up_by_both(checks):
    """Likelihoods that always speak against the context: both call nothing a follow-up, and no agreement is left."""
    lines = user_turn.agreement(checks, np.random.default_rng(0)).set_index("pair")
    assert lines.loc[BOTH, "turns"] == lines.loc[FRESH, "turns"] == 225
    assert lines.loc[BOTH, "kappa"] == pytest.approx(0, abs=0.1)
    assert lines.loc[FRESH, "kappa"] > 0.4


def test_an_instrument_whose_agreement_is_unknown_gives_no_rate(run):
    table, _ = run
    assert list(user_turn.by_instrument(table, plain_checks())["instrument"]) == ["rules"]


def test_the_companion_tells_what_a_scripted_likelihood_was_told():
    """One nat a token more in place than without the answer, two more than without anything, half a nat by role."""

    def likely(question):
        tokens, shown = len(question.text.split()), question.transcript
        own = -2.0 if shown.turns[-1].text else -3.0
        own -= 0.5 * (question.role == "assistant")
        return [own * tokens] + [(-4.0 if not len(one) else -2.0) * tokens for one in question.contexts]

    probe = probes.suite["user_turn_likelihood"](per_domain=2, others=2)
    lines = user_turn.companion(probes.run(probe, probes.ScriptedModel(likely))).set_index(["measure", "kind"])
    found = [lines.loc[(name, "true"), "value"] for name in ("information", "answer_information", "role_contrast")]
    assert found == pytest.approx([2.0, 1.0, 0.5])
    assert set(lines.index.get_level_values("kind")) == {"true", "mismatched"}
