"""Scripted askers and recommenders are told apart; the game's worth is recomputed by a second route."""

from __future__ import annotations

import math
import re
from itertools import permutations, product

import pytest

import probes
from analysis.user_model import findings
from analysis.user_model.tables import elicitation
from probes import ScriptedModel
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES, tongue
from probes.user_model.goods import SHARES, questions, shops
from probes.user_model.suite.elicit import Elicit


def read(question):
    """(goods in the order shown: name -> {attribute: truth}, answers) from the prompt alone."""
    turns = [turn.text for turn in question.transcript.turns]
    goods = {
        name: {what: said == "yes" for what, said in re.findall(r"(\w+) (yes|no)", rest)}
        for name, rest in re.findall(r"^(\w+): (.*)\.$", turns[0], re.M)
    }
    asked = [re.findall(r"be (\w+)\?", text)[0] for text in turns[1::2]]
    return goods, [(what, text == "Yes.") for what, text in zip(asked, turns[2::2], strict=True)]


def player(name, ask=None, recommend=None, move=0.5):
    """Uniform wherever a rule is missing; rules map what was read to weights."""

    def policy(question):
        meanings = set(question.options.values())
        goods, answers = read(question)
        if meanings == {"ask", "recommend"}:
            return {"ask": 1 - move, "recommend": move}
        rule = ask if meanings == set(SHARES) else recommend
        weights = rule(goods, answers) if rule else dict.fromkeys(meanings, 1.0)
        return {one: weights[one] / sum(weights.values()) for one in meanings}

    return ScriptedModel(policy, name)


def left(goods, answers):
    fits = [name for name, has in goods.items() if all(has[what] == yes for what, yes in answers)]
    return fits or list(goods)


def informed(goods, answers):
    """All on the attributes that split what is left most evenly: found by counting, not by entropy."""
    fits = left(goods, answers)
    uneven = {what: abs(2 * sum(goods[name][what] for name in fits) - len(fits)) for what in SHARES}
    return {what: float(value == min(uneven.values())) for what, value in uneven.items()}


def bayes(goods, answers):
    return {name: 1.0 if name in left(goods, answers) else 1e-12 for name in goods}


def first_slot(goods, answers):
    return {name: 1.0 if name == next(iter(goods)) else 1e-9 for name in goods}


def run(model):
    """The scored rows. Unscored: questions once one good is left, the last answer before the first one."""
    table = probes.run(Elicit(users=8), model)
    missing = table[table["status"] != "ok"]
    over, start = missing["posterior"] == 1.0, missing["asked_before"] == 0
    alike = ~start & (missing["measure"] == "gain_share")  # whatever is left to ask tells as much
    assert (
        missing["measure"].isin(["gain_share", "redundant"]) & over | alike | (missing["measure"] == "uptake") & start
    ).all()
    return table[table["status"] == "ok"]


def means(table, arm="discovery"):
    return table[table["wish"] == arm].groupby("measure")["value"].mean().to_dict()


def test_a_model_that_knows_nothing_is_on_its_null_in_every_row():
    table = run(ScriptedModel(uniform))
    for name, null in Elicit.chance.items():
        assert table[table["measure"] == name]["value"].to_numpy() == pytest.approx(null, abs=1e-9), name
    assert table[table["measure"] == "timing"]["value"].to_numpy() == pytest.approx(0.5)


def test_the_best_asker_has_all_of_the_gain_and_asks_nothing_twice():
    values = means(run(player("best", ask=informed)))
    assert values["gain_share"] == pytest.approx(1.0)
    assert values["redundant"] == pytest.approx(0.0, abs=1e-9)
    assert values["uptake"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_the_best_asker_is_the_best_in_every_language(language):
    shop = tongue("shop", language)
    words = {shop.label("attribute", what): what for what in SHARES}
    truths = {shop.phrase(name): name == "yes" for name in ("yes", "no")}
    asked_with = shop.phrase("asked", attribute=r"(\w+)").replace("?", r"\?")

    def policy(question):
        meanings = set(question.options.values())
        if meanings != set(SHARES):
            return dict.fromkeys(meanings, 1 / len(meanings))
        first, *rest = [turn.text for turn in question.transcript.turns]
        goods = {name: {words[what]: truths[said] for what, said in re.findall(rf"(\w+) ({'|'.join(truths)})\b", line)}
                 for name, line in re.findall(r"^(\w+) ?: (.*)\.$", first, re.M)}  # fmt: skip
        asked = [words[re.findall(asked_with, text)[0]] for text in rest[::2]]
        weights = informed(goods, [(what, truths[text.lower().strip(".")])
                                   for what, text in zip(asked, rest[1::2], strict=True)])  # fmt: skip
        return {what: weight / sum(weights.values()) for what, weight in weights.items()}

    table = probes.run(Elicit(users=8, language=language), ScriptedModel(policy))
    values = means(table[table["status"] == "ok"])
    assert values["gain_share"] == pytest.approx(1.0)
    assert values["redundant"] == pytest.approx(0.0, abs=1e-9)


def test_a_bayesian_takes_up_answers_and_fits_the_stated_wish():
    table = run(player("bayes", recommend=bayes))
    values = means(table)
    assert values["uptake"] == pytest.approx(1.0, abs=1e-6)
    assert values["belief_kl"] == pytest.approx(0.0, abs=1e-6)
    assert values["gain_share"] == pytest.approx(0.0, abs=1e-9)
    assert means(table, "oracle")["hit"] == pytest.approx(1.0)


def test_who_takes_the_first_slot_is_right_once_in_eight_and_hears_nothing():
    table = run(player("first", recommend=first_slot))
    hits = table[table["measure"] == "hit"]
    assert means(table)["uptake"] == pytest.approx(0.0, abs=1e-9)
    assert hits.groupby("slot")["value"].mean().to_dict() == {slot: float(slot == 0) for slot in range(8)}


def test_an_eager_recommender_does_not_wait_for_evidence():
    lines = run(player("eager", move=0.9)).query("measure == 'timing'")
    assert lines["value"].to_numpy() == pytest.approx(0.9)


def favourite(word):
    return lambda goods, answers: {what: 1.0 if what == word else 1e-9 for what in SHARES}


def place(at):
    """The attribute that every good lists at a place."""

    def rule(goods, answers):
        liked = list(next(iter(goods.values())))[at]
        return {what: 1.0 if what == liked else 1e-9 for what in SHARES}

    return rule


@pytest.mark.parametrize("rule", [*map(favourite, SHARES), place(0), place(-1)], ids=[*SHARES, "first", "last"])
def test_a_taste_for_a_word_or_a_place_gains_what_a_random_question_gains(rule):
    table = probes.run(Elicit(users=120), player("taste", ask=rule))
    found = elicitation.discovered(table, "gain_share")
    assert abs(found.value) < 3.5 * (found.high - found.low) / 4


def softly(rule, floor):
    """The rule with some of the same everywhere: more or less of it, as the first good in the catalogue decides."""

    def soft(goods, answers):
        added = floor * (1 + ord(next(iter(goods))[0]) % 3)
        return {name: weight + added for name, weight in rule(goods, answers).items()}

    return soft


def test_claims_tell_a_good_asker_from_one_that_cannot_serve_a_stated_wish():
    verdicts = {}
    good = {"ask": softly(informed, 0.1), "recommend": softly(bayes, 0.01)}
    for name, rules in (("bayes", good), ("first", {"recommend": first_slot})):
        table = probes.run(Elicit(users=8), player(name, **rules))
        verdicts[name] = [claim.verdict for claim in findings._asks(table, name)]
    assert verdicts["bayes"] == ["above", "above"]
    assert not {"above", "below", "ruled out"} & set(verdicts["first"])


def ordered(goods):
    """Mean questions of a random asker, by playing all 720 orders of the attributes for every good."""
    total = 0
    for order, wanted in product(permutations(SHARES), goods):
        rest = list(goods)
        for what in order:
            if len(rest) == 1:
                break
            rest = [good for good in rest if good.holds(what) == wanted.holds(what)]
            total += 1
    return total / (math.factorial(len(SHARES)) * len(goods))


def test_worth_of_the_game_by_a_second_route():
    (shop,) = shops(1, 0)
    assert questions(shop.goods, "random") == pytest.approx(ordered(shop.goods))
    worlds = [one.goods for one in shops(40, 1)]
    best, random = (sum(questions(goods, name) for goods in worlds) / 40 for name in ("best", "random"))
    assert 3.0 <= best < 3.08
    assert random - best > 1.0


def test_the_table_and_the_gate_read_the_records():
    table = probes.run(Elicit(users=8), player("bayes", ask=informed, recommend=bayes))
    lines = elicitation.elicited(table).set_index("measure")["value"].to_dict()
    assert lines["gain_share"] == pytest.approx(1.0)
    assert lines["hit"] == pytest.approx(1.0)
    assert elicitation.oracle(table).value == pytest.approx(1.0)
    assert len(elicitation.slots(table)) == 8
    blind = probes.run(Elicit(users=8), player("first", recommend=first_slot))
    assert elicitation.oracle(blind).value == pytest.approx(1 / 8)


def test_the_wanted_good_has_every_slot_and_every_name_once_in_eight():
    block = list(shops(16, 3))[8:]
    assert sorted(shop.facts()["slot"] for shop in block) == list(range(8))
    assert len({shop.wanted for shop in block}) == 8
