"""Refiners written by rule: what passes mend or ruin comes back, and what the placebo does as well is taken off."""

from __future__ import annotations

import pytest
from character_texts import beginning, profiles

import probes
from analysis.characters.tables import refined
from probes import Choose, Continue, ScriptedModel
from probes.characters.drafts import ORDERS, STEPS
from probes.characters.suite.refine import Refine
from probes.characters.users import stimuli

EIGHT = Refine(users=8, drafts=("written", "plain"), max_tokens=80)


def step(text):
    """Which pass is asked for."""
    phrases = stimuli()["refine"]
    return next(name for name in ("again", *STEPS) if phrases[name].partition("{")[0] in text)


def version(text):
    """The draft that is shown."""
    return text.partition("first message:\n")[2].partition("\n\n")[0]


def refiner(acts, likes="manner"):
    """Does by `acts` (step -> user, draft -> text) what a pass asks for, else repeats; chooses what it likes."""

    def policy(question):
        text = beginning(question.transcript)
        (user,) = profiles(text)
        if isinstance(question, Choose):
            return likes if likes in question.options.values() else next(iter(question.options.values()))
        if not isinstance(question, Continue):
            return -1.0
        if "draft" not in text:
            return user.plain(0)
        return acts.get(step(text), lambda user, draft: draft)(user, version(text))

    return policy


def run(acts, probe=EIGHT, likes="manner"):
    return probes.run(probe, ScriptedModel(refiner(acts, likes), f"refiner {sorted(acts)} {likes}"))


def manner(user, draft):
    return user.written(0)


def ruin(user, draft):
    return "Hello"


def test_who_repeats_the_draft_changes_nothing():
    table = run({})
    for measure in refined.MEASURES:
        for order in ORDERS:
            assert refined.over_again(table, measure, order, "written").value == pytest.approx(0.0)
    own = run({}, Refine(users=4, drafts=("own",), max_tokens=80))
    assert own[own["measure"] == "style_change"]["value"].eq(0).all()


def test_a_pass_for_the_manner_mends_plain_drafts_in_every_order_that_has_it():
    table = run({"manner": manner})
    for order in ("fixed", "random", "chosen"):
        assert refined.over_again(table, "style_change", order, "plain").value == pytest.approx(1.0)
        assert refined.over_again(table, "damage", order, "written").value == pytest.approx(0.0)
    assert refined.over_again(table, "style_change", "none", "plain").value == pytest.approx(0.0)
    assert set(table[table["order"] == "chosen"]["steps"].str.split().str[0]) == {"manner"}


def test_damage_is_what_was_right_and_is_gone():
    table = run({name: ruin for name in STEPS})
    for order in ("fixed", "random", "chosen"):
        assert refined.over_again(table, "damage", order, "written").value == pytest.approx(1.0)
        assert refined.over_again(table, "facts_change", order, "written").value == pytest.approx(-0.65, abs=0.1)
    assert refined.over_again(table, "damage", "fixed", "written").low > 0, "all damaged over none: still an interval"
    assert refined.over_again(table, "length_change", "fixed", "written").value < -5
    none = table[(table["order"] == "none") & (table["status"] == "ok")]
    assert none["value"].eq(0).all()


def test_what_the_placebo_ruins_as_well_is_no_effect_of_the_steps():
    table = run({name: ruin for name in ("again", *STEPS)})
    for order in ("fixed", "random", "chosen"):
        assert refined.over_again(table, "damage", order, "written").value == pytest.approx(0.0)
    lines = refined.refining(table).set_index(["draft", "order", "measure"])
    assert lines.loc[("written", "fixed", "damage"), "value"] == pytest.approx(1.0)
    assert lines.loc[("written", "fixed", "damage"), "over again"] == pytest.approx(0.0)
    assert lines.loc[("written", "none", "damage"), "over again"] == pytest.approx(-1.0)


def test_orders_are_three_steps_each_and_all_orders_start_from_one_draft():
    table = run({}, likes="")
    steps = table.drop_duplicates(["key", "order"]).set_index("order")["steps"].str.split()
    assert all(sorted(passes) == sorted(STEPS) for order in ("fixed", "random", "chosen") for passes in steps[order])
    assert all(passes == ["again"] * 3 for passes in steps["again"])
    assert len({tuple(passes) for passes in steps["random"]}) > 2
    assert len({passes[0] for passes in steps["chosen"]}) == 3, "who answers by position chooses no step"


def test_who_writes_nothing_has_a_status():
    table = run({name: lambda user, draft: "" for name in ("again", *STEPS)})
    assert set(table[table["order"] != "none"]["status"]) == {"unscored"}
    assert refined.over_again(table, "damage", "fixed").value is None
