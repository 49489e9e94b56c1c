"""Scripted users must land where they belong, and a model that knows nothing at its declared chance."""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd
import pytest

import probes
from analysis import user_turn
from probes.core import Continue, Question

WORDS = ("zorf", "blik", "quandle", "mip", "trazz", "vorn", "helk", "driss", "ombly", "fent", "gral", "plon", "wub")


def follows_up(question: Question) -> str:
    """Always asks about the longest word of the answer it was given, and so about nothing that others were told."""
    told = question.transcript.turns[-1].text
    if not isinstance(question, Continue) or question.role == "assistant":
        first, second = np.random.default_rng(zlib.crc32(told.encode())).integers(len(WORDS), size=2)
        return f"Both parts of the {WORDS[first]}{WORDS[second]}subscription cost 10 euros."
    return f"Which {max(told.split(), key=len)} is meant?"


def asks_about_the_one_answer(question: Question) -> str:
    """Gives everybody the same answer, and takes up a word of it."""
    if getattr(question, "role", "") == "user":
        return "Which subscription is meant?"
    return "The sum of both parts is 10 euros for the subscription."


def restates(question: Question) -> str:
    """Asks the query again."""
    return question.transcript.turns[0].text if getattr(question, "role", "") == "user" else "It is 10."


def gives_thanks(question: Question) -> str:
    """Closes politely."""
    return "Thank you so much, that was very helpful!" if getattr(question, "role", "") == "user" else "It is 10."


def carries_on(question: Question) -> str:
    """Goes on as the assistant it was a moment ago."""
    said = "Great question! In short, the sum stays at 10 euros. Let me know if you need anything else."
    return said if getattr(question, "role", "") == "user" else "It is 10."


def drifts(question: Question) -> str:
    """Asks for something nobody spoke of."""
    return "Which river flows through Lisbon?" if getattr(question, "role", "") == "user" else "It is 10."


def is_silent(question: Question) -> str:
    """Answers, and then leaves the user turn empty."""
    return "" if getattr(question, "role", "") == "user" else "It is 10."


def babbles(question: Question) -> str:
    """An ordinary answer, then words of no language, other ones for every seed."""
    if getattr(question, "role", "") != "user":
        return "The sum is 10 euros."
    return " ".join(np.random.default_rng(question.seed or 0).choice(WORDS, 12))


def played(policy) -> pd.DataFrame:
    probe = probes.suite["user_turn"](per_domain=5, temperatures=(0.0, 1.0), samples=2)
    return probes.run(probe, probes.ScriptedModel(policy), seed=3)


USERS = {
    "follow_up": follows_up,
    "restatement": restates,
    "thanks": gives_thanks,
    "carry_on": carries_on,
    "unrelated": drifts,
    "malformed": is_silent,
}


@pytest.mark.parametrize("expected", USERS)
def test_each_scripted_user_lands_in_its_class_and_in_no_other(expected):
    said = user_turn.turns(played(USERS[expected]))
    assert set(said["class"]) == {expected}
    assert set(said["value"]) == {1.0 if expected == "follow_up" else 0.0}


@pytest.mark.parametrize("written", [name for name in USERS if name != "follow_up"])
def test_the_first_screen_says_what_each_user_writes_instead(written):
    rate, instead, *_ = user_turn.claims(played(USERS[written]))
    assert (rate.estimate.value, instead.estimate.value) == (0.0, 1.0)
    assert instead.question.endswith(written.replace("_", " "))


def test_the_first_screen_says_that_an_eager_user_expects_a_reaction():
    rate, instead, *_ = user_turn.claims(played(follows_up))
    assert rate.verdict == "above", rate.sentence
    assert (rate.estimate.value, instead.estimate.value) == (1.0, 0.0)


def test_who_gives_everybody_the_same_answer_is_not_shown_to_react_to_it():
    rate, *_ = user_turn.claims(played(asks_about_the_one_answer))
    assert rate.verdict == "instrument not valid for this model"
    assert (rate.estimate.value, rate.null) == (1.0, 1.0)


def test_random_words_are_never_a_follow_up():
    said = user_turn.turns(played(babbles))
    assert said["value"].mean() == probes.suite["user_turn"].chance["follow_up"] == 0.0
    assert set(said["class"]) <= {"malformed", "unrelated"}


def test_random_weights_expect_nothing(tiny):
    """A network that knows nothing, through the engine: a token drawn at random hits a word of the answer by chance."""
    probe = probes.suite["user_turn"](per_domain=2, temperatures=(0.0, 1.0), samples=2, turn_tokens=16)
    table = probes.run(probe, tiny, seed=3)
    assert user_turn.turns(table)["value"].mean() <= 0.1
    rate, instead, sampled, *_ = user_turn.claims(table)
    assert rate.verdict == sampled.verdict == "instrument not valid for this model"
    assert instead.question.endswith(("malformed", "unrelated"))


def test_every_context_appears_with_all_its_draws():
    said = user_turn.turns(played(restates))
    assert said["cluster"].nunique() == 25
    assert (said.groupby("cluster").size() == 3).all()  # greedy once, temperature 1 twice


def test_answer_of_a_silent_model_is_unscored_or_wrong_never_lost():
    table = probes.run(probes.suite["user_turn"](per_domain=2), probes.ScriptedModel(lambda q: ""), seed=0)
    told = table[table["measure"] == "accuracy"]
    assert set(told["status"]) <= {"ok", "unscored"}
    assert (table[table["measure"] == "follow_up"]["class"] == "malformed").all()
