"""The distance of written from real turns: closed forms, identities, the null, and scripted users of known likeness."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import probes
from analysis.user_turn.tables import energy
from probes.user_turn.contexts import own

REAL = {one.id: one.following() for one in own()}


def played(user) -> pd.DataFrame:
    """Three contexts a domain, one greedy turn each, written by `user(context)`."""
    known = {one.query(): one for one in own()}

    def policy(question):
        item = known[question.transcript.turns[0].text]
        return user(item) if question.role == "user" else item.given()

    probe = probes.suite["user_turn"](per_domain=3, temperatures=(0.0,), perturbations=("none",))
    return probes.run(probe, probes.ScriptedModel(policy))


def lines(user) -> pd.DataFrame:
    return energy.distances(played(user), REAL, np.random.default_rng(0)).set_index("turns")


def test_four_numbers_by_hand():
    """Across 8, 10, 10, 12 apart, within 2 and 2: 2 * 10 - 2 - 2 = 16 of 20."""
    one, other = np.array([[0.0], [2.0]]), np.array([[10.0], [12.0]])
    assert energy.coefficient(one, other, np.array([0, 1]), np.array([2, 3])) == pytest.approx(0.8)


def test_two_normals_have_their_closed_form():
    """Székely & Rizzo 2013 with X ~ N(0, 1), Y ~ N(2, 1): E|X-X'| = 2/sqrt(pi), E|X-Y| = 2/sqrt(pi) e^-1 + 2 erf(1)."""
    n = 1000
    one = stats.norm.ppf((np.arange(n) + 0.5) / n)[:, None]  # quantiles instead of draws: no sampling error
    within, across = 2 / math.sqrt(math.pi), 2 / math.sqrt(math.pi) / math.e + 2 * math.erf(1.0)
    found = energy.coefficient(one, one + 2, np.arange(n), np.arange(n, 2 * n))
    assert found == pytest.approx(1 - within / across, abs=0.002)  # 0.4628


def test_the_same_turns_of_the_same_contexts_are_exactly_alike():
    """What a context asks for counts on neither side: 2.5 of the mean distance would be missing across otherwise."""
    shown, contexts = np.array([[0.0], [5.0]]), np.array([0, 1])
    assert energy.coefficient(shown, shown, contexts, contexts) == 0.0


def test_a_side_with_one_context_has_no_distance():
    assert energy.coefficient(np.zeros((2, 1)), np.ones((2, 1)), np.array([0, 0]), np.array([1, 2])) is None


def test_halves_of_the_real_turns_lie_around_nothing():
    halves = lines(lambda item: item.following()).loc[energy.HALVES]
    assert halves["low"] < 0 < halves["high"] < 0.05
    assert abs(halves["value"]) < 0.005


def test_real_turns_of_other_contexts_are_not_told_from_real_ones():
    """Written by the book: every context gets the next turn of another one, which is as much a user's turn."""
    known = own()
    other = {one.id: known[k - 7].following() for k, one in enumerate(known)}
    found = lines(lambda item: other[item.id])
    assert found.loc[energy.WRITTEN, "low"] < found.loc[energy.HALVES, "high"]


@pytest.mark.parametrize("user", [lambda item: item.given(), lambda item: "", lambda item: "go on go on " * 40])
def test_answers_silence_and_loops_are_far_from_a_users_turns(user):
    found = lines(user)
    assert found.loc[energy.WRITTEN, "low"] > found.loc["for comparison: the queries", "value"]
    assert found.loc[energy.WRITTEN, "value"] > 0.2


def test_too_few_real_turns_make_no_halves():
    table = played(lambda item: item.following())
    found = energy.distances(table, dict(list(REAL.items())[:3]), np.random.default_rng(0)).set_index("turns")
    assert pd.isna(found.loc[energy.HALVES, "value"])
    assert found.loc[energy.HALVES, "reason"]


def test_large_tables_are_drawn_from():
    """3000 turns a side would be nine million distances in each of 400 redraws."""
    table = played(lambda item: item.following())
    rows = table[table["measure"] == "follow_up"]
    many = pd.concat([rows.assign(key=rows["key"] + str(k)) for k in range(200)], ignore_index=True)
    found = energy.distances(many, REAL, np.random.default_rng(0)).set_index("turns")
    assert found.loc[energy.WRITTEN, "scored"] == energy.MOST + len(REAL)
    few = energy.distances(rows, REAL, np.random.default_rng(0)).set_index("turns")
    assert found.loc[energy.WRITTEN, "value"] == pytest.approx(few.loc[energy.WRITTEN, "value"], abs=0.03)


def test_turns_that_err_to_both_sides_are_not_alike_together():
    """Greedy ones too short, hot ones too long: mixed they would have about a user's length."""

    def policy(question):
        if question.role == "assistant":
            return "It is so."
        return "Why is it so, and for whom, and how long?" * 4 if question.temperature else "Why?"

    probe = probes.suite["user_turn"](per_domain=5, temperatures=(0.0, 1.0), samples=1, perturbations=("none",))
    table = probes.run(probe, probes.ScriptedModel(policy))
    found = energy.distances(table, REAL, np.random.default_rng(0)).set_index("turns")["value"]
    apart = [found["... at temperature 0"], found["... at temperature 1"]]
    assert found[energy.WRITTEN] == pytest.approx(np.mean(apart))
