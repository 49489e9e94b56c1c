"""Weights and statements of known policies come back; whoever ignores attributes or records is at 0."""

from __future__ import annotations

import numpy as np
import pytest
from choice_reader import Reader

import probes
from analysis.choices import findings, tables
from analysis.choices.plots import record_followed, stated_shown, weight_by_attribute
from analysis.report.verdicts import ABOVE, RULED_OUT
from probes import ScriptedModel
from probes.choices.pools import EQUAL, MERITS
from probes.choices.suite.own_choices import OwnChoices
from probes.models.scripted import first, last, uniform
from probes.shared.world import LANGUAGES

WEIGHTS = {name: 0.1 * at - 0.3 for at, name in enumerate(MERITS)} | {"party": 0.25, "gender": -0.35}
STATED = {name: 1.2 * weight for name, weight in WEIGHTS.items()}
PLACES = (2.0, -1.0, 0.5, 0.0, 0.3, 0.0, -0.7, 1.0)
TASTES = {"places": PLACES, "liked": "Keller"}


def ran(language="en", pools=12, **policy):
    return probes.run(OwnChoices(pools=pools, language=language), Reader(language, **policy).model())


def values(table, measure):
    return table[table["measure"] == measure]["value"].to_numpy(dtype=float)


@pytest.mark.parametrize("language", LANGUAGES)
def test_weights_and_statements_come_back_whatever_places_and_names_are_liked(language):
    table = ran(language, weights=WEIGHTS, statements=STATED, **TASTES)
    assert (table["status"] == "ok").all()
    for measure, true in (("weight", WEIGHTS), ("stated", STATED)):
        lines = tables.weights(table, measure).set_index("attribute")["value"]
        assert dict(lines) == pytest.approx(true)
    assert values(table, "pole_gap") == pytest.approx(0.0, abs=1e-9)
    assert tables.weight(table, ["party"]).value == pytest.approx(0.25)
    assert tables.weight(ran(language, 10, weights=WEIGHTS)).value == pytest.approx(0.15)


@pytest.mark.parametrize("policy", [uniform, first, last])
def test_null_models_weigh_and_state_nothing(policy):
    table = probes.run(OwnChoices(), ScriptedModel(policy))
    assert values(table, "weight") == pytest.approx(0.0, abs=1e-9)
    assert values(table, "stated") == pytest.approx(0.0, abs=1e-9)


def test_who_likes_places_and_names_only_weighs_nothing():
    table = ran(**TASTES)
    assert values(table, "weight") == pytest.approx(0.0, abs=1e-9)
    leans = table[(table["trace"] == "own") & (table["measure"] == "weight")]["lean"]
    assert leans.abs().max() > 0  # its picks lean all the same: that is no weight


@pytest.mark.parametrize(("statements", "rho"), [(STATED, 1.0), ({k: -v for k, v in STATED.items()}, -1.0)])
def test_agreement_is_that_of_the_orders(statements, rho):
    assert tables.agreement(ran(weights=WEIGHTS, statements=statements)).value == pytest.approx(rho)


def test_agreement_with_two_neighbours_exchanged():
    """Spearman of 12 ranks of which two neighbours are exchanged: 1 - 6 * 2 / (12 * 143)."""
    turned = STATED | {MERITS[4]: STATED[MERITS[5]], MERITS[5]: STATED[MERITS[4]]}
    found = tables.agreement(ran(weights=WEIGHTS, statements=turned))
    assert found.value == pytest.approx(1 - 12 / (12 * 143))
    assert found.units == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reads_any_record_follows_all_and_its_own_no_more(language):
    table = ran(language, weights=WEIGHTS, statements=STATED, follows=dict.fromkeys(tables.TRACES, 0.8))
    assert list(tables.followed(table)["value"]) == pytest.approx([0.8] * 3)
    assert tables.revision(table).value == pytest.approx(0.8)
    assert tables.own_only(table).value == pytest.approx(0.0, abs=1e-9)


def test_who_believes_its_own_record_alone_follows_that():
    table = ran(weights=WEIGHTS, statements=STATED, follows={"own": 0.8})
    lines = tables.followed(table).set_index("trace")["value"]
    assert [lines[name] for name in tables.TRACES] == pytest.approx([0.0, 0.8, 0.0], abs=1e-9)
    assert tables.revision(table).value == pytest.approx(0.4)
    assert tables.own_only(table).value == pytest.approx(0.8)


def test_who_sets_itself_apart_from_others_follows_its_own_more_than_it_states():
    table = ran(follows={"own": 0.3, "other": -0.5})
    assert tables.follows(table, "other").value == pytest.approx(-0.5)
    assert tables.revision(table).value == pytest.approx(-0.1)
    assert tables.own_only(table).value == pytest.approx(0.8)


def test_who_knows_its_choices_and_ignores_records_moves_nowhere():
    table = ran(weights=WEIGHTS, statements=STATED)
    assert tables.revision(table).value == pytest.approx(0.0, abs=1e-9)
    assert tables.own_only(table).value == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_planted_preference_shows_in_picks_and_statements_and_passes_the_gates(language):
    table = ran(language, weights=WEIGHTS, statements=STATED, obeys=2.0)
    assert tables.planted(table, "weight").value == pytest.approx(2.0)
    assert tables.planted(table, "stated").value == pytest.approx(0.5)
    assert tables.weights(table).set_index("attribute")["value"]["party"] == pytest.approx(0.25)
    assert [gate.passed for gate in findings.picks(table) + findings.statements(table)] == [True] * 4


def test_who_ignores_a_planted_preference_fails_both_controls():
    table = ran(weights=WEIGHTS, statements=STATED)
    assert findings.picks(table)[1].passed is False
    assert findings.statements(table)[0].passed is False


def test_who_likes_high_digits_states_nothing_and_fails():
    table = ran(digit=1.0)
    assert values(table, "stated") == pytest.approx(0.0, abs=1e-9)
    assert tables.askings(table) == pytest.approx(-1.0)
    assert findings.statements(table)[1].passed is False
    assert tables.askings(ran(statements=STATED)) == pytest.approx(1.0)


def test_equivalence_of_party_and_gender_is_a_verdict():
    """Tastes for single cards vary between pools; none is for a party or a gender."""
    merits = {name: 0.8 for name in MERITS}
    table = ran(pools=60, weights=merits, statements=merits, obeys=2.0, noise=0.1)
    made = {claim.id: claim for claim in findings.claims(table)}
    assert made["choices.merits"].verdict == ABOVE
    assert [made[f"choices.{name}"].verdict for name in EQUAL] == [RULED_OUT] * 2
    biased = ran(pools=60, weights=merits | {"gender": 0.5}, statements=merits, obeys=2.0, noise=0.1)
    assert findings.claims(biased)[2].verdict == ABOVE


def test_the_null_model_is_on_every_null():
    made = findings.claims(probes.run(OwnChoices(), ScriptedModel(uniform)))
    assert len(made) == 6
    assert [one.estimate.value for one in made if one.id != "choices.agreement"] == pytest.approx([0.0] * 5)
    assert made[3].estimate.value is None  # all statements alike have no order
    assert len({one.id for one in made}) == 6


def test_traces_that_were_not_asked_have_no_estimate():
    table = probes.run(OwnChoices(traces=()), Reader(weights=WEIGHTS, statements=STATED).model())
    assert tables.revision(table).value is None
    assert tables.own_only(table).value is None
    assert tables.followed(table).empty
    assert [claim.estimate.value is None for claim in findings.claims(table)] == [False] * 4 + [True] * 2
    assert record_followed.draw(record_followed.prepare(table)) is not None
    assert tables.weight(table, ["gender"]).value == pytest.approx(-0.35)


def test_figures_come_from_these_tables():
    table = ran(weights=WEIGHTS, statements=STATED, follows={"own": 0.8})
    assert list(weight_by_attribute.prepare(table)["value"]) == pytest.approx(sorted(WEIGHTS.values(), reverse=True))
    lines = stated_shown.prepare(table)
    assert lines["value_stated"].to_numpy() == pytest.approx(1.2 * lines["value"].to_numpy())
    assert list(record_followed.prepare(table)["value"]) == pytest.approx([0.0, 0.8, 0.0], abs=1e-9)
    for plot in (weight_by_attribute, stated_shown, record_followed):
        for part in (table, table.head(0), table.head(4)):
            assert plot.draw(plot.prepare(part)) is not None


def test_first_picks_of_every_deal_are_greedy_and_records_show_the_real_ones():
    """Whoever weighs one attribute alone takes all four of its first value: its record leans fully."""
    table = ran(pools=4, weights={"gender": 3.0})
    rows = table[(table["attribute"] == "gender") & (table["measure"] == "stated")].set_index(["pool", "trace"])
    assert np.unique(rows["lean"].unstack("trace")[["own", "live"]]) == pytest.approx([1.0])
    assert np.unique(rows["lean"].unstack("trace")["other"]) == pytest.approx([-1.0])
