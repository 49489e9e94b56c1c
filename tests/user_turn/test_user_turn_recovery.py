"""Scripted users must land where they belong, and a model that knows nothing at its declared chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import probes
from probes.core import Continue, Question

WORDS = ("zorf", "blik", "quandle", "mip", "trazz", "vorn", "helk", "driss", "ombly", "fent", "gral", "plon", "wub")


def follows_up(question: Question) -> str:
    """Always asks about the last two words of the answer it was given."""
    if not isinstance(question, Continue) or question.role == "assistant":
        return "The sum of both parts is 10 euros in total for the customer."
    taken = " ".join(question.transcript.turns[-1].text.rstrip("?!. ").split()[-2:])
    return f"Why do you say {taken}?"


def restates(question: Question) -> str:
    """Asks the query again."""
    return question.transcript.turns[0].text if getattr(question, "role", "") == "user" else "It is 10."


def gives_thanks(question: Question) -> str:
    """Closes politely."""
    return "Thank you so much, that was very helpful!" if getattr(question, "role", "") == "user" else "It is 10."


def babbles(question: Question) -> str:
    """An ordinary answer, then words of no language, other ones for every seed."""
    if getattr(question, "role", "") != "user":
        return "The sum is 10 euros."
    return " ".join(np.random.default_rng(question.seed or 0).choice(WORDS, 12))


def played(policy) -> pd.DataFrame:
    probe = probes.suite["user_turn"](per_domain=5, temperatures=(0.0, 1.0), samples=2)
    table = probes.run(probe, probes.ScriptedModel(policy), seed=3)
    return table[(table["measure"] == "follow_up") & (table["perturbation"] == "none")]


@pytest.mark.parametrize(
    ("policy", "expected", "least"),
    [(follows_up, "follow_up", 1.0), (restates, "restatement", 1.0), (gives_thanks, "thanks", 1.0)],
)
def test_each_scripted_user_lands_in_its_class(policy, expected, least):
    said = played(policy)
    assert (said["class"] == expected).mean() >= least
    assert said["value"].mean() == (1.0 if expected == "follow_up" else 0.0)


def test_random_words_are_never_a_follow_up():
    said = played(babbles)
    assert said["value"].mean() == probes.suite["user_turn"].chance["follow_up"] == 0.0
    assert set(said["class"]) <= {"malformed", "unrelated"}


def test_every_context_appears_with_all_its_draws():
    said = played(restates)
    assert said["cluster"].nunique() == 25
    assert (said.groupby("cluster").size() == 3).all()  # greedy once, temperature 1 twice


def test_answer_of_a_silent_model_is_unscored_or_wrong_never_lost():
    table = probes.run(probes.suite["user_turn"](per_domain=2), probes.ScriptedModel(lambda q: ""), seed=0)
    told = table[table["measure"] == "accuracy"]
    assert set(told["status"]) <= {"ok", "unscored"}
    assert (table[table["measure"] == "follow_up"]["class"] == "malformed").all()
