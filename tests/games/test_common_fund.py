"""Players who give as others gave, or by taste, are recovered; words and numbers that are liked bring nothing."""

from __future__ import annotations

import re

import numpy as np
import pytest
from covering import Case, covered, units

import probes
from analysis.games import tables
from analysis.games.findings import giving
from analysis.games.tables.reference import by_unit
from probes import Company, ScriptedModel
from probes.games.commons import AMOUNTS, COINS, FUNDS, PEOPLE, levels, neighbours
from probes.games.suite.conditional_giving import ConditionalGiving
from probes.games.suite.public_goods import PublicGoods

ROUND = re.compile(r"Round \d+ in (your|another) village: (.*)\.")
PUT = re.compile(r"(\S+) put in (\d+)")


def rounds(text):
    """(village, own, what the others put in), read off the text."""
    for village, line in ROUND.findall(text):
        put = [int(amount) for _, amount in PUT.findall(line)]
        yield village, put[0], put[1:]


def near(amount):
    """Probabilities over amounts whose mean is this one."""
    low = min(int(amount // 2) * 2, COINS - 2)
    high = (amount - low) / 2
    return {str(put): {low: 1 - high, low + 2: high}.get(put, 0.0) for put in AMOUNTS}


def reciprocator(own=0.6, heard=0.0):
    """Gives 4 coins and so much of what the others gave beyond 5, in its own village and elsewhere; reads the rules."""

    def policy(question):
        text, given = question.transcript.turns[-1].text, 4.0
        for village, _, others in rounds(text):
            given = 4 + {"your": own, "another": heard}[village] * (np.mean(others) - 5)
        given = 10.0 if "fund is worth eight" in text else 0.0 if "keep is worth eight" in text else given
        return near(given)

    return ScriptedModel(policy, f"reciprocator {own} {heard}")


@pytest.mark.parametrize(("own", "heard"), [(0.6, 0.0), (0.6, 0.2), (0.0, 0.0), (-0.3, 0.3)])
def test_a_reciprocator_is_recovered(own, heard):
    table = probes.run(ConditionalGiving(), reciprocator(own, heard))
    spread = np.mean([(levels(fund)[0] - levels(fund)[1]) / COINS for fund in FUNDS])
    expected = {"own": spread * own, "heard": spread * heard, "response": spread * (own - heard), "pays": 1.0}
    for measure, value in expected.items():
        assert by_unit(table, measure).value == pytest.approx(value, abs=1e-9), measure
    (claim, _) = giving.claims(table, probes.run(PublicGoods(), reciprocator(own, heard)))
    assert all(gate.passed for gate in claim.gates)


def test_names_and_amounts_differ_by_fund():
    assert {name for fund in FUNDS for name in neighbours(fund)} == set(PEOPLE)
    assert {levels(fund) for fund in FUNDS} == {(8, 2, 4), (10, 0, 4), (8, 2, 6), (10, 0, 6)}


def taste(weigh):
    """Amounts by what a reader of places, letters and numbers likes, whatever is asked."""

    def policy(question):
        text = question.transcript.turns[-1].text.partition("What do you do")[0]
        weights = {put: np.exp(weigh(place, int(put), text)) for place, (_, put) in enumerate(question.options.items())}
        return {put: weight / sum(weights.values()) for put, weight in weights.items()}

    return ScriptedModel(policy)


NUMBERS = {"one": 1, "two": 2, "eight": 8}


def numbers(text):
    """All numbers of a text, in digits or in words, but those of people."""
    found = re.findall(r"\b(\d+|one|two|eight)\b(?! of)", text)
    return [NUMBERS.get(word) or int(word) for word in found]


def late(put, text):
    """Likes numbers that were named, the more the later."""
    named = numbers(text)
    return sum(1.5 * np.exp((at - len(named)) / 6) for at, number in enumerate(named) if number == put)


TASTES = {
    "places": lambda place, put, text: 2.0 * (place == 0),
    "large": lambda place, put, text: 0.3 * put,
    "numbers that were named": lambda place, put, text: 0.7 * len(re.findall(rf"\b{put}\b", text)),
    "what somebody put in": lambda place, put, text: 0.7 * text.count(f"put in {put} "),
    "the last number": lambda place, put, text: 2.0 * (str(put) == re.findall(r"\d+", text)[-1]),
    "the last number or its word": lambda place, put, text: -0.3 * abs(put - numbers(text)[-1]),
    "late numbers": lambda place, put, text: late(put, text),
}


@pytest.mark.parametrize("name", TASTES)
def test_tastes_bring_no_response_and_fail_the_gate_of_reading(name):
    table = probes.run(ConditionalGiving(), taste(TASTES[name]))
    assert by_unit(table, "response").value == pytest.approx(0.0, abs=1e-9)
    (claim, _) = giving.claims(table, probes.run(PublicGoods(), taste(TASTES[name])))
    assert not all(gate.passed for gate in claim.gates)


def test_a_told_round_and_its_twin_differ_in_what_the_others_did_or_where():
    asked = []

    def policy(question):
        asked.append(question.transcript.turns[-1].text)
        return near(5)

    probes.run(ConditionalGiving(funds=1), ScriptedModel(policy))
    much, little = (next(text for text in asked if "your village" in text and word in text)
                    for word in ("Ana put in 8 and kept 2", "Ana put in 2 and kept 8"))  # fmt: skip
    assert much.replace("put in 8 and kept 2", "put in 2 and kept 8") == little
    assert sorted(re.findall(r"\d+", much)) == sorted(re.findall(r"\d+", next(t for t in asked if "another" in t)))


def test_giving_falls_among_those_who_give_half_of_what_was_given():
    """Everybody puts in the even amount below half the mean of the others: 10, 4, 2, 0."""

    def policy(question):
        past = list(rounds(question.transcript.turns[-1].text))
        return str(2 * int(np.mean(past[-1][2]) // 4) if past else COINS)

    played = probes.run(PublicGoods(groups=("self", "givers", "takers")), ScriptedModel(policy))
    shares = played[played["measure"] == "share"].groupby(["seats", "round"])["value"].mean()
    assert shares["self"].tolist() == pytest.approx([1.0, 0.4, 0.2, 0.0], abs=1e-9)
    assert shares["givers"].tolist() == pytest.approx([1.0, 0.4, 0.4, 0.4])
    assert shares["takers"].tolist() == pytest.approx([1.0, 0.0, 0.0, 0.0], abs=1e-9)
    assert tables.giving.decay(played).value == pytest.approx(-1.0)


def test_the_other_seats_may_be_another_model_s_and_each_is_told_its_own_move():
    heard = {"mine": [], "theirs": []}

    def player(name, amount):
        def policy(question):
            heard[name] += [(own, others) for _, own, others in rounds(question.transcript.turns[-1].text)]
            return str(amount)

        return ScriptedModel(policy, name)

    company = Company(player("mine", 10), partner=player("theirs", 2))
    played = probes.run(PublicGoods(funds=2, groups=("partner",)), company)
    assert set(played["others_put"]) == {2.0}
    assert {own for own, _ in heard["mine"]} == {10}
    assert {own for own, _ in heard["theirs"]} == {2}
    assert {tuple(sorted(others)) for _, others in heard["theirs"]} == {(2, 2, 10)}


def test_moves_are_drawn_anew_for_every_fund():
    played = probes.run(PublicGoods.sized("small"), probes.load_model("scripted:uniform"))
    assert len({tuple(part["put"]) for _, part in played[played["measure"] == "share"].groupby("fund")}) == len(FUNDS)


def given(table, rng):
    """A fifth more after the others gave much, varying between funds."""
    return 0.2 + units(table, rng, 0.1) + 0.05 * rng.normal(size=len(table))


def falling(table, rng):
    """A tenth less from round to round, varying between funds."""
    return 0.6 - (0.1 + units(table, rng, 0.02)) * table["round"] + 0.1 * rng.normal(size=len(table))


CASES = {
    "gives": Case(ConditionalGiving(), "response", given, lambda table: by_unit(table, "response"), 0.2),
    "decay": Case(PublicGoods.sized("small"), "share", falling, tables.giving.decay, -0.3),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_the_truth(name):
    assert 0.93 <= covered(CASES[name]) <= 0.97
