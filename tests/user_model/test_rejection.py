"""What a no and a critique are worth: who hears them, who hears one of them, and who hears nothing are told apart."""

from __future__ import annotations

import re

import numpy as np
import pytest

import probes
from analysis.user_model.tables import elicitation
from probes import ScriptedModel
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES, Thing, tongue
from probes.user_model.goods import NAMES, SHARES, questions, shops
from probes.user_model.suite.elicit import Elicit, told

ARMS = ("rejected", "critique")


def read(question, language="en"):
    """(goods: name -> {attribute: truth}, good recommended, was it taken, attribute and should it be)."""
    shop = tongue("shop", language)
    words = {shop.label("attribute", what): what for what in SHARES}
    catalogue, offer, answer = (turn.text for turn in question.transcript.turns)
    yes, no = (shop.phrase(name) for name in ("yes", "no"))
    goods = {name: {words[what]: said == yes for what, said in re.findall(rf"(\w+) ({yes}|{no})\b", line)}
             for name, line in re.findall(r"^(\w+) ?: (.*)\.$", catalogue, re.M)}  # fmt: skip
    recommended = next(name for name in NAMES if offer == f"{shop.phrase('recommend')} {name}.")
    taken, _, critique = answer.partition(". ")
    should = {shop.phrase(name, attribute=word): (what, name == "should") for word, what in words.items()
              for name in ("should", "should_not")}  # fmt: skip
    return goods, recommended, taken.strip(".").lower() == yes, should.get(critique)


def hearing(no=True, critique=True, language="en"):
    """Recommends what is left by what it hears."""

    def policy(question):
        if set(question.options.values()) != set(NAMES):
            return uniform(question)
        goods, recommended, taken, wish = read(question, language)
        fit = [name for name in goods if not no or (name == recommended) == taken]
        fit = [name for name in fit if not (critique and wish) or goods[name][wish[0]] == wish[1]]
        return {name: 1.0 if name in fit else 1e-12 for name in goods}

    return ScriptedModel(policy, f"hears {no} {critique}")


def taken_up(model, language="en"):
    """Arm -> measures, and every row scored but what nothing can be asked about."""
    table = probes.run(Elicit(users=16, wishes=ARMS, language=language), model)
    assert set(table.loc[table["status"] != "ok", "measure"]) <= {"gain_share"}
    return {arm: part.groupby("measure")["value"].mean() for arm, part in table.groupby("wish")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bayesian_hears_both(language):
    found = taken_up(hearing(language=language), language)
    for arm, left in (("rejected", 7), ("critique", 4)):
        assert found[arm]["uptake"] == pytest.approx(1.0, abs=1e-6)
        assert found[arm]["belief_kl"] == pytest.approx(0.0, abs=1e-6)
        assert found[arm]["hit"] == pytest.approx(1 / left)


@pytest.mark.parametrize(("no", "critique"), [(True, False), (False, True), (False, False)])
def test_who_is_deaf_to_one_is_deaf_to_one(no, critique):
    found = taken_up(hearing(no, critique))
    assert found["rejected"]["uptake"] == pytest.approx(float(no), abs=1e-6)
    assert found["critique"]["uptake"] == pytest.approx(float(critique), abs=1e-6)


def test_a_taste_for_a_good_or_a_place_takes_nothing_up():
    for meant in (lambda names: "Cora", lambda names: names[0], lambda names: names[-1]):

        def policy(question, meant=meant):
            if set(question.options.values()) != set(NAMES):
                return uniform(question)
            liked = meant(list(read(question)[0]))
            return {name: 1.0 if name == liked else 1e-9 for name in NAMES}

        found = taken_up(ScriptedModel(policy, "taste"))
        assert [found[arm]["uptake"] for arm in ARMS] == pytest.approx([0.0, 0.0], abs=1e-6)


def test_the_good_declined_is_wrong_and_the_opposite_would_have_been_no_lie():
    for shop in shops(40, 3):
        (bare,), (full,) = (told(shop, arm) for arm in ARMS)
        assert full[0] == bare[0]
        assert bare[0][0] != shop.wanted
        assert not bare[0][1]
        what, yes = full[1]
        assert shop.wanted in shop.having(what, yes)
        assert bare[0][0] in shop.having(what, not yes)
        assert len(shop.having(what, not yes)) > 1
        assert max(shop.belief(bare).weights.values()) == pytest.approx(1 / 7)


def test_the_table_holds_both_arms_and_other_tables_neither():
    table = probes.run(Elicit(users=16, wishes=("discovery", "oracle", *ARMS)), uniform_model())
    lines = elicitation.rejected(table).set_index(["wish", "measure"])["value"]
    assert lines["critique", "uptake"] == lines["rejected", "uptake"] == pytest.approx(0.0)
    alone = probes.run(Elicit(users=16), uniform_model())
    assert elicitation.elicited(table).equals(elicitation.elicited(alone))
    assert elicitation.oracle(table).rows == elicitation.oracle(alone).rows
    assert elicitation.rejected(alone).empty


def uniform_model():
    return ScriptedModel(uniform)


def coins(count, seed):
    """Catalogues drawn good by good, each attribute with its share; a good that is there already is drawn again."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        kept = {}
        while len(kept) < len(NAMES):
            drawn = rng.random(len(SHARES)) < np.array(list(SHARES.values()))
            kept.setdefault(tuple(drawn), Thing(NAMES[len(kept)], dict(zip(SHARES, map(bool, drawn), strict=True))))
        yield list(kept.values())


def mean_questions(catalogues):
    return [np.mean([questions(goods, player) for goods in catalogues]) for player in ("best", "random")]


def test_best_play_takes_3_08_questions_and_a_random_asker_4_27():
    """Of catalogues drawn good by good. Ours hold every share exactly, and both need fewer: 3.01 and 4.12."""
    best, random = mean_questions(list(coins(400, 0)))
    assert best == pytest.approx(3.08, abs=0.015)
    assert random == pytest.approx(4.27, abs=0.03)
    best, random = mean_questions([shop.goods for shop in shops(400, 1)])
    assert best == pytest.approx(3.01, abs=0.01)
    assert random == pytest.approx(4.12, abs=0.03)
