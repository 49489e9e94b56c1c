"""Deciders of known weights come back, whoever ignores a factor is at 0, and no text gives a cell away otherwise."""

from __future__ import annotations

import re

import numpy as np
import pytest

import probes
from analysis.instructions import findings
from analysis.instructions.plots import principal_weights
from analysis.instructions.tables import people
from probes import ScriptedModel
from probes.instructions.people import CELLS, scenes
from probes.instructions.suite.principals import Principals
from probes.instructions.suite.secret_text import SecretText
from probes.instructions.suite.secrets import Secrets
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES, tongue


def read(text, language):
    """(person -> rank, [(person, what they say)]) read off the text."""
    ranks = {
        who: int(rank)
        for who, rank in re.findall(r"([A-Z]\w+) (?:has rank|hat Rang|tiene el rango|a le rang) (\d)", text)
    }
    said = [line for line in (re.split(r" ?: ", line, maxsplit=1) for line in text.split("\n")) if line[0] in ranks]
    return ranks, said


def decider(weights, language="en", fixed=0.0, noise=0.0, names=True, seed=0):
    """Nats for a text: what the people who want it weigh together; `fixed` for the alphabetically first name."""
    rank_step, last, words, urgent = weights
    phrase = tongue("orders", language).phrase
    rng = np.random.default_rng(seed)

    def nats(text, wanted):
        ranks, said = read(text, language)
        if not said:
            return 3.0 * names * (ranks.get(wanted, 0) == max(ranks.values()))
        total = 0.0
        for at, (who, order) in enumerate(said):
            if re.search(rf"\b{re.escape(wanted)}\b", order):
                total += rank_step * ranks[who] + last * (at == len(said) - 1)
                total += words * (len(order.split()) - min(len(one[1].split()) for one in said)) / 10
                total += urgent * (phrase("urgent") in order) + fixed * (who == min(ranks))
        return total + noise * rng.normal()

    def policy(question):
        return [nats(row.turns[0].text, question.text.strip()) for row in (question.transcript, *question.contexts)]

    return ScriptedModel(policy, f"decider {weights} {language} {fixed} {noise} {names} {seed}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_weights_come_back(language):
    table = probes.run(Principals(language=language), decider((1.0, 0.5, 0.0, 0.3), language))
    assert (table["status"] == "ok").all()
    found = [people.weight(table, column).value for column in people.WEIGHTS]
    assert found == pytest.approx([1.0, 0.5, 0.0, 0.3])
    assert people.weight(table, "ranks_more", "aligned").value == pytest.approx(1.0 * 0, abs=1e-9)
    assert people.naming(table).value == pytest.approx(3.0)


def test_ten_words_are_worth_what_they_are_worth():
    table = probes.run(Principals(), decider((0.0, 0.0, 0.7, 0.0)))
    assert [people.weight(table, column).value for column in people.WEIGHTS] == pytest.approx([0, 0, 0.7, 0])


def test_the_last_word_is_worth_half_a_rank():
    table = probes.run(Principals(scenes=12), decider((1.0, 0.5, 0.0, 0.3), noise=0.1))
    found = people.exchange(table, np.random.default_rng(0))
    assert found.low < 0.5 < found.high
    assert found.value == pytest.approx(0.5, abs=0.1)


def test_without_a_weight_of_rank_there_is_no_exchange_rate():
    refused = 0
    for seed in range(10):  # each takes noise for a weight once in twenty times
        table = probes.run(Principals(scenes=12), decider((0.0, 0.5, 0.0, 0.3), noise=0.3, seed=seed))
        found = people.exchange(table, np.random.default_rng(0))
        refused += found.value is found.low is found.high is None and found.reason == people.UNDECIDED
    assert refused >= 8


def test_a_favourite_name_weighs_nothing():
    table = probes.run(Principals(), decider((0.0, 0.0, 0.0, 0.0), fixed=4.0))
    assert [people.weight(table, column).value for column in people.WEIGHTS] == pytest.approx([0] * 4, abs=1e-9)
    hit = table[(table["measure"] == "hit") & (table["asks"] == "conflict")]["value"].mean()
    assert hit == pytest.approx(0.5)


def test_who_cannot_name_the_highest_is_at_chance():
    table = probes.run(Principals(), decider((1.0, 0.0, 0.0, 0.0), names=False))
    assert people.naming(table).value == pytest.approx(0.0)


def test_the_null_model_is_at_zero_everywhere():
    table = probes.run(Principals(scenes=3), ScriptedModel(uniform))
    assert table[table["measure"] == "lean"]["value"].to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert table[table["measure"] == "hit"]["value"].to_numpy() == pytest.approx(0.5)


@pytest.mark.parametrize("many", [1, 2, 3], ids=["any", "most", "all"])
def test_who_goes_by_order_length_and_urgency_together_gives_rank_no_weight(many):
    """Three nats for whoever has at least so many of the last word, more words and urgency: no sum of their weights."""

    def policy(question):
        rows = [row.turns[0].text for row in (question.transcript, *question.contexts)]
        return [jointly(text, question.text.strip(), many) for text in rows]

    table = probes.run(Principals(scenes=12), ScriptedModel(policy, f"at least {many}"))
    assert people.weight(table, "ranks_more").value == pytest.approx(0.0, abs=1e-9)
    assert people.weight(table, "last").value > 0.2


def jointly(text, wanted, many):
    _, said = read(text, "en")
    nats = 0.0
    for at, (_, order) in enumerate(said):
        longest = len(order.split()) == max(len(one[1].split()) for one in said)
        counts = (at == len(said) - 1) + longest + (tongue("orders").phrase("urgent") in order)
        nats += 3.0 * (counts >= many) * bool(re.search(rf"\b{re.escape(wanted)}\b", order))
    return nats


@pytest.mark.parametrize("language", LANGUAGES)
def test_cells_differ_in_what_they_say_they_do(language):
    words = tongue("orders", language)
    assert len(words.phrase("padding").split()) == 10
    assert len(words.phrase("urgent").split()) == len(words.phrase("calm").split())
    for scene in scenes(6, language=language):
        texts = [scene.asked(cell).turns[0].text for cell in CELLS]
        assert len(set(texts)) == 16
        assert len({len(text.split()) for text in texts}) == 1
        for (rank, last, length, urgent), text in zip(CELLS, texts, strict=True):
            ranks, said = read(text, language)
            orders = dict(said)
            one, two = scene.people
            assert ranks[one] - ranks[two] == rank * scene.gap
            assert (said[1][0] == one) == (last > 0)
            assert len(orders[one].split()) - len(orders[two].split()) == 10 * length
            assert (words.phrase("urgent") in orders[one]) == (urgent > 0)
            assert (words.phrase("urgent") in orders[two]) == (urgent < 0)


def test_the_figure_draws_full_and_empty_tables():
    table = probes.run(Principals(scenes=3), decider((1.0, 0.5, 0.0, 0.3), noise=0.1))
    for part in (table, table.head(0)):
        assert principal_weights.draw(principal_weights.prepare(part)) is not None


def test_claims_are_gated_by_who_is_highest_and_by_the_ranks_of_those_who_agree():
    codes = probes.run(Secrets(), ScriptedModel(uniform))
    texts = probes.run(SecretText(), ScriptedModel(lambda question: "No."))
    orders = probes.run(Principals(scenes=12), decider((1.0, 0.5, 0.0, 0.3), noise=0.1))
    made = findings.about_people(orders, codes, texts, np.random.default_rng(0))
    names = ("rank", "exchange", "last_word", "secrets", "told")
    assert [one.id for one in made] == [f"instructions.{name}" for name in names]
    assert [one.verdict for one in made[:3]] == ["above"] * 3
    assert len([one for one in made if not one.part_of]) == 3
    blind = probes.run(Principals(scenes=12), decider((1.0, 0.5, 0.0, 0.3), noise=0.1, names=False))
    assert [gate.passed for gate in findings.ranked(blind)] == [False, True]
    assert (
        findings.about_people(blind, codes, texts, np.random.default_rng(0))[0].verdict
        == "instrument not valid for this model"
    )
    spilled = blind.assign(value=blind["value"].astype(float) + 6 * (blind["asks"] == "aligned")
                           * np.sign(blind["ranks_more"]) * (blind["measure"] == "lean"))  # fmt: skip
    assert findings.ranked(spilled)[1].passed is False
