"""Squares: additive models score exactly nothing, planted nats come back, the permutation test keeps its level."""

from __future__ import annotations

import importlib
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.stats.fits.permuted_columns import permuted_columns
from analysis.stats.metrics.mrr import mrr
from analysis.stats.metrics.ndcg import ndcg
from analysis.stats.metrics.pairing import hit, pairing
from probes import ScriptedModel, Transcript
from probes.models.scripted import uniform
from probes.shared.world.square import Square, matrix, reading

WHOLE = st.integers(-50, 50).map(float)


def square(k: int) -> Square:
    rows = tuple(Transcript().user(f"State {i}.") for i in range(k))
    return Square(rows, tuple(f"Response {i}." for i in range(k)))


def planted(nats: float, state: np.ndarray, response: np.ndarray):
    """A model whose nats add a taste for states and one for responses, and `nats` where the two belong together."""

    def policy(question):
        column = int(question.text.split()[1][:-1])
        rows = [int(t.turns[0].text.split()[1][:-1]) for t in (question.transcript, *question.contexts)]
        return [state[row] + response[column] + nats * (row == column) for row in rows]

    return ScriptedModel(policy, "planted")


def played(made: Square, model: ScriptedModel) -> np.ndarray:
    return matrix(model.reply(made.questions()))


@settings(max_examples=25, deadline=None)
@given(arrays(float, 5, elements=WHOLE), arrays(float, 5, elements=WHOLE))
def test_additive_models_pair_nothing_and_hit_one_in_k(state, response):
    nats = played(square(5), planted(0.0, state, response))
    assert pairing(nats) == pytest.approx(0.0, abs=1e-9)
    assert hit(nats) == hit(nats, centred=True) == pytest.approx(1 / 5)
    assert mrr(nats, np.arange(5)) == pytest.approx(np.mean(1 / np.arange(1, 6)))


def test_a_uniform_model_is_at_chance():
    nats = played(square(10), ScriptedModel(uniform))
    assert pairing(nats) == 0.0
    assert hit(nats) == pytest.approx(0.1)
    assert mrr(nats, np.arange(10)) == pytest.approx(0.2929, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(arrays(float, 4, elements=WHOLE), arrays(float, 4, elements=WHOLE))
def test_planted_nats_come_back(state, response):
    assert pairing(played(square(4), planted(2.0, state, response))) == pytest.approx(2.0)


@settings(max_examples=25, deadline=None)
@given(arrays(float, (3, 4, 4), elements=st.integers(-3, 3).map(float)))
def test_rows_of_the_probe_average_to_the_metric(nats):
    """What a probe writes row by row and what the analysis makes of the matrices are the same numbers."""
    rows = [reading(one[state], state) for one in nats for state in range(4)]
    assert np.mean([row["pairing"] for row in rows]) == pytest.approx(pairing(nats), abs=1e-9)
    assert np.mean([row["hit"] for row in rows]) == pytest.approx(hit(nats))
    ranked = mrr(nats.reshape(-1, 4), np.tile(np.arange(4), 3))
    assert np.mean([row["mrr"] for row in rows]) == pytest.approx(ranked)


def test_measured_rows_hold_their_nats():
    model = planted(2.0, np.arange(3.0), np.arange(3.0))
    made = square(3)
    replies = model.reply(made.questions())
    rows = list(made.measured(replies))
    assert [state for state, _, _ in rows] == [0, 1, 2]
    again = np.array([[float(part) for part in text.split()] for _, _, text in rows])
    assert again == pytest.approx(matrix(replies), abs=1e-5)


def test_squares_that_are_none_are_refused():
    rows = tuple(Transcript().user(str(i)) for i in range(3))
    for columns in (("a", "b"), ("a", "a", "b")):
        with pytest.raises(ValueError, match="as many different responses"):
            Square(rows, columns)
    for shape in ((3, 4), (1, 1), (5,)):
        with pytest.raises(ValueError, match="need squares"):
            pairing(np.zeros(shape))
    with pytest.raises(ValueError, match="finite"):
        pairing([[np.nan, 0], [0, 0]])
    assert pairing(np.zeros((0, 3, 3))).reason == "no squares"
    assert hit(np.zeros((0, 3, 3))).reason == "no squares"


@pytest.mark.parametrize("name", ["pairing", "mrr", "ndcg"])
def test_metrics_are_on_their_shelf(name):
    assert callable(getattr(importlib.import_module(f"analysis.stats.metrics.{name}"), name))


def test_mrr_shares_ties_and_refuses_what_is_no_ranking():
    assert mrr([[1.0, 1.0, 0.0]], [0]) == pytest.approx((1 + 1 / 2) / 2)
    assert mrr([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0]], [0, 2]) == pytest.approx((1 + 1 / 3) / 2)
    assert mrr(np.zeros((0, 3)), []).reason == "no rows"
    for scores, right in (([[1.0]], [0]), ([[1.0, 2.0]], [2]), ([[np.inf, 1.0]], [0]), ([1.0, 2.0], [0])):
        with pytest.raises(ValueError, match="scores"):
            mrr(scores, right)


def test_ndcg_by_hand():
    """Gains 3 and 1 at ranks 2 and 3 of three: (3/log2 3 + 1/2) / (3 + 1/log2 3)."""
    assert ndcg([[3.0, 2.0, 1.0]], [[0.0, 3.0, 1.0]]) == pytest.approx((3 / np.log2(3) + 1 / 2) / (3 + 1 / np.log2(3)))
    assert ndcg([[0.0, 0.0]], [[1.0, 0.0]]) == pytest.approx((1 + 1 / np.log2(3)) / 2)
    assert ndcg([[1.0, 0.0]], [[0.0, 0.0]]).reason == "a row has no gain to be had"
    assert ndcg(np.zeros((0, 2)), np.zeros((0, 2))).reason == "no rows"
    for gains in ([[1.0, -1.0]], [[1.0, 2.0, 3.0]]):
        with pytest.raises(ValueError, match="gains"):
            ndcg([[1.0, 0.0]], gains)


def test_the_permutation_test_enumerates_few_and_draws_many():
    rng = np.random.default_rng(2)
    few = rng.normal(size=(2, 4, 4)) + 2 * np.eye(4)
    exact = permuted_columns(few, rng)
    assert exact.details["patterns"] == 24**2
    orders = [list(order) for order in permutations(range(4))]
    values = [pairing([few[0][:, one], few[1][:, two]]) for one in orders for two in orders]
    assert exact.estimate == pytest.approx(pairing(few))
    assert exact.p == pytest.approx(np.mean(np.abs(values) >= abs(pairing(few)) - 1e-9))
    many = permuted_columns(rng.normal(size=(6, 10, 10)), rng, draws=500)
    assert many.details["patterns"] == 501


def test_the_permutation_test_keeps_its_level_and_ignores_tastes():
    rng = np.random.default_rng(4)
    p = []
    for _ in range(300):
        tastes = 5 * rng.normal(size=(4, 1, 4)) + 5 * rng.normal(size=(4, 4, 1))
        p.append(permuted_columns(tastes + rng.normal(size=(4, 4, 4)), rng, draws=199).p)
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.09


def test_the_permutation_test_refuses_what_it_cannot_test():
    rng = np.random.default_rng(0)
    assert "no p below .05" in permuted_columns(rng.normal(size=(4, 2, 2)), rng).reason
    assert "additive" in permuted_columns(np.add.outer(np.arange(5.0), np.arange(5.0))[None], rng).reason
    assert "no p below .05" in permuted_columns(np.zeros((0, 5, 5)), rng).reason
