"""Players of known rationality in stories, at prices and with words are recovered; nulls are on their null."""

from __future__ import annotations

import re

import numpy as np
import pytest

import probes
from analysis.games import partners, reference
from probes import Choose, Company, Score, ScriptedModel
from probes.games import SHELF
from probes.games.reference import THINGS, contexts, literal_listener, pragmatic_listener, speaker
from probes.games.suite.framed_game import SYMMETRIC, FramedGame
from probes.games.suite.haggle import LIMITS, PRICES, Haggle
from probes.games.suite.private_words import PrivateLexicon
from probes.games.suite.reference_game import ReferenceGame

UNIFORM = probes.load_model("scripted:uniform")
FIRST = probes.load_model("scripted:first")


def seen(text):
    """Letter -> (colour, shape), read off the text."""
    return {letter: (colour, shape) for letter, colour, shape in re.findall(r"^([A-C])\) an? (\w+) (\w+)$", text, re.M)}


def rational(alpha, name=""):
    """Speaks and listens as rational speech acts of this alpha; 0 takes words literally."""

    def policy(question):
        text = question.transcript.turns[-1].text
        things = seen(text)
        if heard := re.search(r"says: (\w+)\.", text):
            believed = pragmatic_listener(things, heard[1], alpha) if alpha else literal_listener(things, heard[1])
            return {meaning: believed[label.strip()] for label, meaning in question.options.items()}
        meant = re.search(r"pick ([A-C]),", text)[1]
        return speaker(things, meant, alpha)

    return ScriptedModel(policy, name or f"rational {alpha}")


def test_the_three_object_case_of_the_article():
    """.50 literal, .60 at alpha 1 and .895 at alpha 4 (Frank and Goodman 2012, by their formula)."""
    for context in contexts(12):
        things, word = context.things(), context.shared()
        assert literal_listener(things, word)["meant"] == pytest.approx(0.5)
        assert pragmatic_listener(things, word, 1)["meant"] == pytest.approx(0.6)
        assert pragmatic_listener(things, word, 4)["meant"] == pytest.approx(0.895, abs=5e-4)
        assert pragmatic_listener(context.things(twin=True), word, 4)["meant"] == pytest.approx(0.5)


def test_a_context_and_its_twin_differ_in_one_word_of_the_third_thing():
    for context in contexts(12):
        one, two = context.things(), context.things(twin=True)
        assert one["meant"] == two["meant"]
        assert one["unique"] == two["unique"]
        assert sum(a != b for a, b in zip(one["third"], two["third"], strict=True)) == 1
    orders = {context.order for context in contexts(12)}
    assert len(orders) == 6
    for name in THINGS:
        places = [context.shown().index(name) for context in contexts(12)]
        assert sorted(places) == sorted([0, 1, 2] * 4)


@pytest.mark.parametrize("alpha", [1.0, 2.5, 4.0])
@pytest.mark.parametrize("role", ["listener", "speaker"])
def test_alpha_is_recovered_in_both_roles(alpha, role):
    table = probes.run(ReferenceGame(), rational(alpha))
    assert reference.alpha(table, role).value == pytest.approx(alpha, abs=1e-4)
    assert reference.pragmatic(table, role).value > 0.4
    assert reference.understands(table).passed


def test_who_takes_words_literally_has_no_shift_and_understands_single_words():
    table = probes.run(ReferenceGame(), rational(0.0))
    assert reference.pragmatic(table, "listener").value == pytest.approx(0.0, abs=1e-9)
    assert reference.alpha(table, "listener").value == pytest.approx(0.0)
    assert reference.understands(table).passed


def taste(question):
    """Likes words, things and places, whatever is asked."""
    weights = {}
    for place, (label, meaning) in enumerate(question.options.items()):
        thing = seen(question.transcript.turns[-1].text).get(label.strip(), (meaning, ""))
        weights[meaning] = np.exp(0.7 * (place == 0) + 0.1 * len(thing[0]) + 0.05 * len(thing[1]))
    return {meaning: weight / sum(weights.values()) for meaning, weight in weights.items()}


def test_tastes_for_things_and_places_bring_no_shift_in_hearing():
    table = probes.run(ReferenceGame(), ScriptedModel(taste))
    assert reference.pragmatic(table, "listener").value == pytest.approx(0.0, abs=1e-9)
    assert reference.understands(table).passed is False


def test_a_rational_pair_understands_itself_better_than_a_literal_listener_and_a_stranger():
    table = probes.run(ReferenceGame(listeners=("self", "literal", "pragmatic", "partner")),
                       Company(rational(4.0), partner=UNIFORM))  # fmt: skip
    success = reference.listeners(table).set_index("listener")["value"]
    assert success["self"] == pytest.approx(success["pragmatic"])
    assert success["partner"] == pytest.approx(1 / 3)
    assert success["self"] > success["literal"] > success["partner"]
    assert reference.understood(table).value == pytest.approx(success["self"] - 1 / 3)
    assert reference.stranger(table).value == pytest.approx(success["self"] - 1 / 3)
    both = probes.run(ReferenceGame(listeners=("self", "partner")), Company(rational(4.0), partner=rational(4.0)))
    assert reference.stranger(both).value == pytest.approx(0.0, abs=1e-12)


def learner(rate):
    """Remembers each line with this probability; guesses otherwise."""

    def policy(question):
        text = question.transcript.turns[-1].text
        word = re.search(r"Now your partner says (\w+)\.", text)[1]
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


def test_tastes_for_words_things_and_places_bring_one_third():
    table = probes.run(PrivateLexicon(), ScriptedModel(taste))
    assert table[table["measure"] == "hit"].groupby(["cluster", "exposures"])[
        "value"
    ].mean().to_numpy() == pytest.approx(1 / 3)


def framed(bonus, announced=0.0):
    """Cooperation .5, more on television by `bonus`, more in sentences by `announced`; reads the pay-offs."""

    def policy(question):
        text = question.transcript.turns[-1].text
        p = 0.5 + bonus * ("television" in text) + announced * isinstance(question, Score)
        gains = {}
        for mine, yours, own, other in re.findall(r"choose \w+ (\w) and .*? chooses \w+ (\w), then you \w+ (\d+) .*?"
                                                  r"(?:gets|wins) (\d+)", text):  # fmt: skip
            gains[mine, yours] = (int(own) + int(other), -abs(int(own) - int(other)), int(other))
        best = max(gains, key=gains.__getitem__)[0]
        if isinstance(question, Choose):
            return {action: p if label.strip() == best else 1 - p for label, action in question.options.items()}
        return float(np.log(p if question.text.endswith(f" {best}.") else 1 - p))

    return ScriptedModel(policy, f"framed {bonus} {announced}")


def test_the_twelve_games_are_the_symmetric_ones():
    assert all(SHELF[name].symmetric for name in SYMMETRIC)
    assert len(SYMMETRIC) == sum(SHELF[f"ordinal_{number:03d}"].symmetric for number in range(1, 145)) == 12


def test_a_shift_of_moves_by_the_story_and_a_gap_between_channels_are_recovered():
    table = probes.run(FramedGame(), framed(0.3, 0.1))
    chosen = table[table["channel"] == "choice"]
    assert partners.shift(chosen, "show/points", "game/points").value == pytest.approx(0.3)
    assert partners.shift(chosen, "pub/points", "game/points").value == pytest.approx(0.0, abs=1e-12)
    assert partners.channel_gap(table).value == pytest.approx(0.1)


def test_who_takes_the_first_option_has_no_shift_and_is_told():
    table = probes.run(FramedGame(), FIRST)
    assert partners.shift(table[table["channel"] == "choice"], "show/points", "game/points").value == 0
    checks = {gate.name: gate.passed for gate in partners.claims(*tables(FIRST))[0].gates}
    assert checks["first-listed option, from one half"] is False


def haggler(keeps):
    """Names its limit and accepts what is within it, if it `keeps` limits; else names the worst price, accepts any."""

    def policy(question):
        text = question.transcript.turns[-1].text
        buys = text.startswith("You want to buy")
        limit = int(re.search(r"(?:worth|cost you) (\d) coins?", text)[1])
        if "accept" in question.options.values():
            price = int(re.search(r"names (\d) coin", text)[1])
            gains = price <= limit if buys else price >= limit
            return "accept" if gains or not keeps else "decline"
        return str(limit) if keeps else str(PRICES[-1] if buys else PRICES[0])

    return ScriptedModel(policy, f"haggler {keeps}")


def test_who_keeps_to_limits_makes_no_deal_at_a_loss_and_gives_the_surplus_away():
    table = probes.run(Haggle(), haggler(True))
    values = table.groupby("measure")["value"].mean()
    assert values[["loss_share", "surplus_share", "keeps_limit", "deal"]].tolist() == pytest.approx(
        [0, 0, 1, 1], abs=1e-9
    )
    careless = probes.run(Haggle(), haggler(False)).groupby("measure")["value"].mean()
    assert careless[["loss_share", "keeps_limit", "deal"]].tolist() == pytest.approx([1, 0, 1], abs=1e-9)


def test_at_random_the_surplus_is_halved_and_losses_are_those_of_the_menu():
    table = probes.run(Haggle(), UNIFORM)
    assert partners.losses(table).value == pytest.approx(0.0, abs=1e-12)
    assert reference.by_unit(table, "surplus_share").value == pytest.approx(0.5)
    assert reference.by_unit(table, "keeps_limit").value == pytest.approx(0.0, abs=1e-12)
    assert {(int(one), int(two)) for one, two in table[["worth", "cost"]].drop_duplicates().to_numpy()} == set(LIMITS)


def tables(model):
    return [probes.run(probe, model) for probe in (FramedGame(), Haggle(), ReferenceGame(), PrivateLexicon())]


def test_the_null_model_is_on_every_null():
    made = partners.claims(*tables(UNIFORM))
    assert len(made) == 9
    assert sum(not one.part_of for one in made) == 6
    for one in made:
        assert one.estimate.value == pytest.approx(0.5 if one.id == "partners.surplus" else 0.0, abs=1e-9)
