"""Whether a thing is of a kind: balanced items, two orders, and models whose answers are known."""

from __future__ import annotations

import importlib
import math
from collections import Counter

import pytest

import probes
from probes import ScriptedModel

membership = importlib.import_module("probes.inside.suite.membership")


def trials(**given):
    return list(probes.suite["membership"](**given).trials())


def test_no_word_is_of_two_kinds():
    words = [word for members in membership.kinds().values() for word in members]
    assert len(words) == len(set(words)) == 96


@pytest.mark.parametrize("words", [4, 7, 8, 12])
def test_neither_the_word_nor_the_kind_tells_the_answer(words):
    made = trials(words=words)
    by_word = Counter((trial.word, trial.true) for trial in made)
    assert set(by_word.values()) == {1}
    for kind in membership.kinds():
        right, wrong = (sum(t.asked == kind and t.true is truth for t in made) for truth in (True, False))
        assert right == wrong == words
    assert len({trial.family for trial in made}) == 4
    for family in {trial.family for trial in made}:
        kinds = {trial.asked for trial in made if trial.family == family}
        assert kinds == {kind for t in made if t.family == family for kind in t.family.split(" and ")}
    assert all((trial.word in membership.kinds()[trial.asked]) is trial.true for trial in made)


def knows(question):
    """A model that knows the kinds and is sure to 3 in 4."""
    words = question.transcript.turns[-1].text.partition("?")[0].split()
    asked = next(kind for kind in membership.kinds() if question.transcript.turns[-1].text.split("?")[0].endswith(kind))
    return {"yes": 0.75, "no": 0.25} if words[2] in membership.kinds()[asked] else {"yes": 0.25, "no": 0.75}


def test_it_recovers_a_model_that_knows():
    table = probes.run(probes.suite["membership"](), ScriptedModel(knows))
    means = table.groupby("measure")["value"].mean()
    assert means["hit"] == 1.0
    assert means["p_right"] == pytest.approx(0.75)
    assert means["log_odds_yes"] == pytest.approx(0.0, abs=1e-9)
    odds = table[table["measure"] == "log_odds_yes"].groupby("true")["value"].mean()
    assert odds[True] == pytest.approx(math.log(3))
    assert means["order_bias"] == pytest.approx(0.0, abs=1e-9)


def test_first_option_answers_are_all_order():
    def named_first(question):
        return {"yes": 0.9, "no": 0.1} if "yes or no" in question.transcript.turns[-1].text else {"yes": 0.1, "no": 0.9}

    means = (
        probes.run(probes.suite["membership"](words=2), ScriptedModel(named_first)).groupby("measure")["value"].mean()
    )
    assert means["order_bias"] == pytest.approx(2 * math.log(9))
    assert means["hit"] == 0.5


def test_kinds_without_a_partner_are_refused():
    with pytest.raises(ValueError, match="pairs"):
        trials(kinds=("animal", "tool", "fruit"))
