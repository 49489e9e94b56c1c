"""Agents that obey everywhere, nowhere, where they should, and less by distance are told apart."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import probes
from analysis.instructions import findings, tables
from analysis.instructions.plots import scope_slope
from probes import Continue, ScriptedModel
from probes.instructions.scope import DELIVERIES, Scope, scopes
from probes.instructions.suite.rule_scope import RuleScope
from probes.instructions.suite.rule_text import RuleText
from probes.models.scripted import uniform
from probes.shared.effects import EFFECTS as effects
from probes.shared.world import LANGUAGES


@cache
def prompts(language):
    """Prompt -> (scope, request, rule or None, delivery), of every scope, by digest: what an agent can read back."""
    known = {}
    for scope in scopes(rounds=2, language=language):
        for request in range(4):
            known[scope.asked(request).digest()] = (scope, request, None, "none")
            for rule in range(4):
                for delivery in DELIVERIES[1:]:
                    known[scope.asked(request, rule, delivery).digest()] = (scope, request, rule, delivery)
                reason = scope.asked(request, rule, "context", ending=scope.words.phrase("reason"))
                known[reason.digest()] = (scope, request, rule, "reason")
    return known


def agent(strength, name, language="en", copies=0.0):
    """Gains `strength(distance)` nats from a rule of its own, `copies` from somebody else's."""

    def nats(transcript, scope, obeying):
        _, request, rule, delivery = prompts(language)[transcript.digest()]
        if rule is None:
            return -10.0
        pull = copies if delivery == "mention" else strength(scope.distance(rule, request))
        return -10.0 + pull * obeying

    def policy(question):
        if isinstance(question, Continue):
            return written(question.transcript)
        scope, request, _, _ = prompts(language)[question.transcript.digest()]
        obeying = question.text != scope.words.phrase("text", 0, scope.matters[request])
        return [nats(one, scope, obeying) for one in (question.transcript, *question.contexts)]

    def written(transcript):
        scope, request, rule, _ = prompts(language)[transcript.digest()]
        obeying = rule is not None and strength(scope.distance(rule, request)) > 0
        return scope.texts(request)[0 if obeying else 1]

    return ScriptedModel(policy, f"{name} {language}")


AGENTS = {
    "everywhere": (lambda distance: 2.0, 0.0, 0.0),
    "nowhere": (lambda distance: 0.0, 0.0, 0.0),
    "perfect": (lambda distance: 2.0 * (distance == 0), 2.0, 1.0),
    "graded": (lambda distance: 2.0 - distance, 4 / 3, 1.0),
}
"""Name -> (gain by distance, pairing: gain at 0 minus the mean of 1, 1 and 2, fall a key)."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", AGENTS)
def test_scope_is_recovered(name, language):
    strength, pairing, fall = AGENTS[name]
    table = probes.run(RuleScope(language=language), agent(strength, name, language))
    assert (table["status"] == "ok").all()
    assert tables.scoped(table).value == pytest.approx(pairing, abs=1e-9)
    assert tables.falls(table).value == pytest.approx(fall, abs=1e-9)
    for distance in (0, 1, 2):
        assert tables.at(table, "context", distance).value == pytest.approx(strength(distance), abs=1e-9)
    assert tables.over_mention(table, 0).value == pytest.approx(strength(0), abs=1e-9)


def test_copying_what_was_read_is_no_obedience():
    copier = agent(lambda distance: 1.5, "copier", copies=1.5)
    table = probes.run(RuleScope(), copier)
    assert tables.at(table, "context", 0).value == pytest.approx(1.5)
    assert tables.over_mention(table, 0).value == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("name", "inside", "outside"), [("everywhere", 1, 1), ("nowhere", 0, 0), ("perfect", 1, 0)])
def test_written_texts_give_the_published_scores(name, inside, outside):
    table = probes.run(RuleText(deliveries=("context",)), agent(AGENTS[name][0], f"writer {name}"))
    assert (table["status"] == "ok").all()
    assert tables.in_scope(table, "context").value == pytest.approx(inside)
    assert tables.out_of_scope(table, "context").value == pytest.approx(outside)
    assert tables.overall(table, "context")["value"].to_numpy() == pytest.approx((inside + 1 - outside) / 2)
    assert tables.base_rate(table) == 0


def test_asking_first_helps_an_agent_that_listens_to_itself():
    """Obeys everywhere, but after the question only where the rule applies."""

    def policy(question):
        asked = question.transcript
        if len(asked) == 3:
            scope, request, rule, _ = prompts("en")[type(asked)(asked.turns[:1]).digest()]
            return scope.texts(request)[0 if scope.distance(rule, request) == 0 else 1]
        scope, request, rule, delivery = prompts("en")[asked.digest()]
        return "It depends." if delivery == "reason" else scope.texts(request)[0 if rule is not None else 1]

    table = probes.run(RuleText(), ScriptedModel(policy, "listens to itself"))
    assert tables.reasoned(table).value == pytest.approx(0.5)
    assert tables.out_of_scope(table, "reason").value == pytest.approx(0.0)


def test_a_model_that_knows_nothing_is_on_its_null_in_every_cell():
    table = probes.run(RuleScope(), ScriptedModel(uniform))
    assert table["value"].to_numpy() == pytest.approx(0.0, abs=1e-9)
    silent = probes.run(RuleText(effects=("smiling",)), ScriptedModel(uniform))
    assert (silent["status"] == "unscored").all()


def test_cut_texts_are_truncated_not_wrong():
    long = ScriptedModel(lambda question: "word " * 100, "rambler")
    table = probes.run(RuleText(effects=("smiling",), deliveries=("context",)), long)
    assert (table["status"] == "truncated").all()
    assert tables.in_scope(table, "context").value is None
    assert tables.base_rate(table) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_domains_make_a_square(language):
    for scope in scopes(rounds=2, language=language):
        distances = np.array([[scope.distance(rule, request) for request in range(4)] for rule in range(4)])
        assert (distances.diagonal() == 0).all()
        assert (np.sort(distances, axis=0) == np.array([0, 1, 1, 2])[:, None]).all()
        for request in range(4):
            obeying, other = scope.texts(request)
            assert scope.mark.holds(obeying)
            assert not scope.mark.holds(other)
            rules = {scope.asked(request, rule, "context").digest() for rule in range(4)}
            assert len(rules) == 4


def test_a_misspelt_effect_or_delivery_is_an_error_before_any_model_time():
    with pytest.raises(KeyError, match="did you mean 'lowercase'"):
        probes.run(RuleScope(effects=("lowercase_",)), ScriptedModel(uniform))
    scope = next(scopes())
    assert isinstance(scope, Scope)
    with pytest.raises(ValueError, match="delivery 'shouted'"):
        scope.asked(0, 1, "shouted")
    assert len({scope.effect for scope in scopes()}) == len(list(effects))


def test_claims_and_figures_come_from_these_tables():
    scored = probes.run(RuleScope(), agent(AGENTS["graded"][0], "graded claims", copies=0.2))
    written = probes.run(RuleText(deliveries=("context",)), agent(AGENTS["perfect"][0], "perfect claims"))
    made = findings.about_rules(scored, written)
    assert len(made) == 6
    assert made[1].estimate.value == pytest.approx(4 / 3)
    for table in (scored, scored.head(0)):
        assert scope_slope.draw(scope_slope.prepare(table)) is not None
