"""Players of known rationality in stories, at prices and with words are recovered; nulls are on their null."""

from __future__ import annotations

import re

import numpy as np
import pytest

import probes
from analysis.games.findings import partners
from analysis.games.tables import partners as framing
from analysis.games.tables import reference
from probes import Company, Score, ScriptedModel
from probes.games import SHELF
from probes.games.reference import THINGS, contexts, literal_listener, pragmatic_listener, speaker
from probes.games.suite.conditional_giving import ConditionalGiving
from probes.games.suite.framed_game import SYMMETRIC, FramedGame
from probes.games.suite.haggle import Haggle
from probes.games.suite.private_words import PrivateLexicon
from probes.games.suite.public_goods import PublicGoods
from probes.games.suite.reference_game import NAMED, ReferenceGame, questions

UNIFORM = probes.load_model("scripted:uniform")
FIRST = probes.load_model("scripted:first")


def seen(text):
    """Letter -> (colour, shape), read off the text."""
    return {letter: (colour, shape) for letter, colour, shape in re.findall(r"^([A-C])\) (\w+) (\w+)$", text, re.M)}


def rational(alpha, name=""):
    """Speaks and listens as rational speech acts of this alpha, hearing what may be said and what is excluded."""

    def policy(question):
        text = question.transcript.turns[-1].text
        things = seen(text)
        if heard := re.search(r"says: (\w+)\.", text):
            only = re.search(r"always the (colour|shape)", text)
            words = {thing[only[1] == "shape"] for thing in things.values()} if only else ()
            believed = pragmatic_listener(things, heard[1], alpha, words)
            return {meaning: believed[label.strip()] for label, meaning in question.options.items()}
        if excluded := re.search(r"do not mean ([A-C])", text):
            things.pop(excluded[1])
        return speaker(things, re.search(r"pick ([A-C]),", text)[1], alpha)

    return ScriptedModel(policy, name or f"rational {alpha}")


def test_the_three_object_case():
    """.50 literal, .60 and .895 at alpha 1 and 4, by the formula of Frank and Goodman 2012 with a rational speaker."""
    for context in contexts(12):
        things, word = context.things(), context.shared()
        assert literal_listener(things, word)["meant"] == pytest.approx(0.5)
        assert pragmatic_listener(things, word, 1)["meant"] == pytest.approx(0.6)
        assert pragmatic_listener(things, word, 4)["meant"] == pytest.approx(0.895, abs=5e-4)
        alike = {thing[context.part == "shape"] for thing in things.values()}
        assert pragmatic_listener(things, word, 4, alike)["meant"] == pytest.approx(0.5)


def test_a_question_and_its_twin_differ_in_what_the_partner_may_say_or_knows():
    for context in contexts(12):
        asked = questions(context, partner=False)
        text = {key: one.transcript.turns[0].text for key, one in asked.items()}
        assert (
            text["self", context.shared()].replace("the colour or the shape", f"always the {context.part}")
            == (text["twin",])
        )
        for name, other in (NAMED, NAMED[::-1]):
            one, two = text["speaker", name, other].split(), text["speaker", name, "meant"].split()
            assert next(a for a, b in zip(one, two, strict=True) if a != b).strip(".") in "ABC"
            assert sum(a != b for a, b in zip(one, two, strict=True)) == 1
    assert len({context.order for context in contexts(12)}) == 6
    for name in THINGS:
        assert sorted(context.shown().index(name) for context in contexts(12)) == sorted([0, 1, 2] * 4)


@pytest.mark.parametrize("alpha", [1.0, 2.5, 4.0])
@pytest.mark.parametrize("role", ["listener", "speaker"])
def test_alpha_is_recovered_in_both_roles(alpha, role):
    table = probes.run(ReferenceGame(), rational(alpha))
    assert reference.alpha(table, role).value == pytest.approx(alpha, abs=1e-4)
    assert reference.pragmatic(table, role).value > 0.4
    assert reference.follows(table, "self", partners.LEAST).passed
    assert reference.helped(table).value > 0.02


def test_who_takes_words_literally_has_no_shift_and_understands_single_words():
    table = probes.run(ReferenceGame(), rational(0.0))
    for role in ("listener", "speaker"):
        assert reference.pragmatic(table, role).value == pytest.approx(0.0, abs=1e-9)
        assert reference.alpha(table, role).value == pytest.approx(0.0)
    assert reference.helped(table).value == pytest.approx(0.0, abs=1e-9)
    assert reference.follows(table, "self", partners.LEAST).passed


def taste(weigh):
    """Options by what a reader of things and places likes about them, whatever is asked."""

    def policy(question):
        text, weights = question.transcript.turns[-1].text, {}
        for place, (label, meaning) in enumerate(question.options.items()):
            parts = seen(text).get(label.strip(), (label.strip(), ""))
            weights[meaning] = np.exp(weigh(place, parts, text.partition("Your partner")[0]))
        return {meaning: weight / sum(weights.values()) for meaning, weight in weights.items()}

    return ScriptedModel(policy)


TASTES = {
    "places": lambda place, parts, text: 1.5 * (place == 0),
    "lengths": lambda place, parts, text: 0.3 * len(parts[0]) + 0.1 * len(parts[1]),
    "frequent words": lambda place, parts, text: 0.5 * sum(text.count(part) for part in parts if part),
    "rare words": lambda place, parts, text: -0.5 * sum(text.count(part) for part in parts if part),
    "warm colours": lambda place, parts, text: 1.0 * (parts[0] in ("red", "orange", "yellow")),
}


@pytest.mark.parametrize("name", TASTES)
def test_tastes_bring_no_shift_and_fail_the_gate_of_hearing(name):
    table = probes.run(ReferenceGame(), taste(TASTES[name]))
    for role in ("listener", "speaker"):
        assert reference.pragmatic(table, role).value == pytest.approx(0.0, abs=1e-9)
    assert reference.follows(table, "self", partners.LEAST).value == pytest.approx(0.0, abs=1e-9)
    assert reference.follows(table, "self", partners.LEAST).passed is False


def test_a_rational_pair_understands_itself_better_than_a_literal_listener_and_a_stranger():
    table = probes.run(ReferenceGame(listeners=("self", "literal", "pragmatic", "partner")),
                       Company(rational(4.0), partner=UNIFORM))  # fmt: skip
    success = reference.listeners(table).set_index("listener")["value"]
    assert success["self"] == pytest.approx(success["pragmatic"])
    assert success["partner"] == pytest.approx(1 / 3)
    assert success["self"] > success["literal"] > success["partner"]
    assert reference.stranger(table).value == pytest.approx(success["self"] - 1 / 3)
    (claim,) = [one for one in partners.claims(*tables(UNIFORM, referred=table)) if one.id == "partners.stranger"]
    assert [gate.passed for gate in claim.gates] == [True, True, True, False]  # the stranger does not hear words
    both = probes.run(ReferenceGame(listeners=("self", "partner")), Company(rational(4.0), partner=rational(4.0)))
    assert reference.stranger(both).value == pytest.approx(0.0, abs=1e-12)


def learner(rate):
    """Remembers each line with this probability; guesses otherwise."""

    def policy(question):
        text = question.transcript.turns[-1].text
        word = re.search(r"Now your partner says: (\w+)\.", text)[1]
        lines = re.findall(rf"said {word}, and it was the ([\w ]+)\.", text)
        known = 1 - (1 - rate) ** len(lines)
        share = {meaning: (1 - known) / 3 for meaning in question.options.values()}
        return share | ({lines[0]: known + (1 - known) / 3} if lines else {})

    return ScriptedModel(policy, f"learner {rate}")


@pytest.mark.parametrize("rate", [0.0, 0.5, 1.0])
def test_the_rate_of_a_learner_is_recovered(rate):
    table = probes.run(PrivateLexicon(), learner(rate))
    hits = reference.exposures(table).set_index("exposures")["value"]
    for count in (0, 2):
        assert hits[count] == pytest.approx(1 / 3 + 2 / 3 * (1 - (1 - rate) ** count))
    assert reference.uptake(table).value == pytest.approx(2 / 3 * (1 - (1 - rate) ** 2))


@pytest.mark.parametrize("name", ["places", "lengths"])
def test_tastes_for_words_things_and_places_bring_one_third(name):
    table = probes.run(PrivateLexicon(), taste(TASTES[name]))
    hits = table[table["measure"] == "hit"].groupby(["cluster", "exposures"])["value"].mean()
    assert hits.to_numpy() == pytest.approx(1 / 3)


def framed(bonus, announced=0.0, place=0.0):
    """Even; `bonus` nats of cooperation more on television, `announced` more in sentences, `place` for the first."""

    def policy(question):
        text = question.transcript.turns[-1].text
        nats = bonus * ("television" in text) + announced * isinstance(question, Score)
        gains, labels = {}, []
        for mine, yours, own, other in re.findall(r"choose \w+ (\w) and .*? chooses \w+ (\w), then you \w+ (\d+) .*?"
                                                  r"wins (\d+)", text):  # fmt: skip
            gains[mine, yours] = (int(own) + int(other), -abs(int(own) - int(other)), int(other))
            labels += [mine]
        best = max(gains, key=gains.__getitem__)[0]
        liked = {label: nats * (label == best) + place * (label == labels[0]) for label in labels}
        if isinstance(question, Score):
            return liked[question.text[-2]]
        weights = {meaning: np.exp(liked[label.strip()]) for label, meaning in question.options.items()}
        return {meaning: weight / sum(weights.values()) for meaning, weight in weights.items()}

    return ScriptedModel(policy, f"framed {bonus} {announced} {place}")


def test_the_twelve_games_are_the_symmetric_ones():
    assert all(SHELF[name].symmetric for name in SYMMETRIC)
    assert len(SYMMETRIC) == sum(SHELF[f"ordinal_{number:03d}"].symmetric for number in range(1, 145)) == 12


@pytest.mark.parametrize("place", [0.0, 3.0])
def test_a_shift_by_the_story_and_a_gap_between_channels_are_recovered_whatever_place_is_liked(place):
    table = probes.run(FramedGame(), framed(0.3, 0.1, place))
    chosen = table[table["channel"] == "choice"]
    assert framing.shift(chosen, "show/points", "game/points").value == pytest.approx(0.3)
    assert framing.shift(chosen, "pub/points", "game/points").value == pytest.approx(0.0, abs=1e-9)
    assert framing.channel_gap(table).value == pytest.approx(0.1)


def test_who_takes_the_first_option_has_no_shift_and_is_told():
    table = probes.run(FramedGame(), FIRST)
    assert framing.shift(table[table["channel"] == "choice"], "show/points", "game/points").value == 0
    checks = [gate.passed for gate in partners.claims(*tables(FIRST))[0].gates if "listed first" in gate.name]
    assert checks == [False, True]  # in sentences it likes none


def haggler(keeps):
    """Names its limit and accepts what it does not lose from, if it `keeps` limits; else likes 4 coins and says yes."""

    def policy(question):
        text = question.transcript.turns[-1].text
        buys = text.startswith("You want to buy")
        limit = int(re.search(r"(?:worth|cost you) (\d) coins?", text)[1])
        if "accept" in question.options.values():
            price = int(re.search(r"names (\d) coin", text)[1])
            gains = price <= limit if buys else price >= limit
            return "accept" if gains or not keeps else "decline"
        return str(limit) if keeps else "4"

    return ScriptedModel(policy, f"haggler {keeps}")


def test_who_keeps_to_limits_is_told_from_who_does_not():
    kept = probes.run(Haggle(), haggler(True)).groupby("measure")["value"].mean()
    assert kept[["accepts", "names", "loss_share", "surplus_share", "deal"]].tolist() == pytest.approx(
        [1, 3, 0, 0, 1], abs=1e-9
    )
    blind = probes.run(Haggle(), haggler(False)).groupby("measure")["value"].mean()
    assert blind[["accepts", "names", "surplus_share"]].tolist() == pytest.approx([0, 0, 0.5], abs=1e-9)


@pytest.mark.parametrize("weigh", [lambda place, label: 1.5 * (place == 0), lambda place, label: len(label)])
def test_tastes_for_prices_and_places_are_on_the_null(weigh):
    def policy(question):
        weights = {one: np.exp(weigh(at, one)) for at, one in enumerate(question.options.values())}
        return {one: weight / sum(weights.values()) for one, weight in weights.items()}

    table = probes.run(Haggle(), ScriptedModel(policy))
    for measure in ("accepts", "names"):
        assert reference.by_unit(table, measure).value == pytest.approx(0.0, abs=1e-9)


def test_a_partner_that_responds_is_no_part_of_the_claims():
    mixed = probes.run(Haggle(responders=("self", "partner")), Company(haggler(False), partner=haggler(True)))
    alone = probes.run(Haggle(), haggler(False))
    first, second = (partners.claims(*tables(UNIFORM, haggled=table)) for table in (mixed, alone))
    for one, two in zip(first, second, strict=True):
        assert one.estimate.value == two.estimate.value
    lines = framing.prices(mixed).query("measure == 'accepts'").groupby("responder")["value"].mean()
    assert lines.to_dict() == pytest.approx({"partner": 1.0, "self": 0.0}, abs=1e-9)


def tables(model, **given):
    made = {"framed": FramedGame(), "haggled": Haggle(), "referred": ReferenceGame(), "private": PrivateLexicon(),
            "asked": ConditionalGiving(), "played": PublicGoods.sized("small")}  # fmt: skip
    return [given[name] if name in given else probes.run(probe, model) for name, probe in made.items()]


def test_the_null_model_is_on_every_null():
    made = partners.claims(*tables(UNIFORM))
    assert len(made) == 11
    assert sum(not one.part_of for one in made) == 6
    for one in made:
        assert one.estimate.value == pytest.approx(0.0, abs=1e-9), one.id
