"""Draws: the right law, the right filters, and nothing but seed and step behind them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from probes.models.engine import SampleIds
from probes.models.engine.draw import draw, entropy, log_softmax


def ask(seed: int = 0, temperature: float = 1.0, **knobs) -> SampleIds:
    return SampleIds((1,), 1, temperature, seed=seed, **knobs)


def law(size: int = 600) -> torch.Tensor:
    logits = torch.tensor(np.random.default_rng(5).normal(0, 2, size), dtype=torch.float32)
    return logits.log_softmax(-1)


def draws(rows: torch.Tensor, count: int, **knobs) -> np.ndarray:
    return draw(rows.expand(count, -1), [ask(seed=k, **knobs) for k in range(count)], [3] * count).numpy()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.7])
def test_frequencies_follow_the_tempered_law(temperature: float) -> None:
    """Chi-square over 20,000 draws with fixed seeds; tokens expected fewer than 20 times are pooled."""
    rows = law()
    expected = 20_000 * (rows / temperature).softmax(-1).double().numpy()
    seen = np.bincount(draws(rows, 20_000, temperature=temperature), minlength=600)
    big = expected >= 20
    got = np.append(seen[big], seen[~big].sum())
    want = np.append(expected[big], expected[~big].sum())
    assert stats.chisquare(got, want * got.sum() / want.sum()).pvalue > 1e-3


def test_steps_and_seeds_give_independent_draws() -> None:
    rows = torch.full((1, 512), -np.log(512.0))
    table = np.array([draw(rows.expand(64, -1), [ask(seed=s) for s in range(64)], [t] * 64).numpy() for t in range(64)])
    pairs = [np.stack([table[:-1].ravel(), table[1:].ravel()]), np.stack([table[:, :-1].ravel(), table[:, 1:].ravel()])]
    for left, right in pairs:  # neighbouring steps of a seed, and neighbouring seeds at a step
        joint = np.histogram2d(left, right, bins=8, range=[[0, 512]] * 2)[0]
        assert stats.chi2_contingency(joint).pvalue > 1e-3


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**63),
    knobs=st.sampled_from(
        [{}, {"top_k": 5}, {"top_p": 0.7}, {"min_p": 0.1}, {"top_k": 9, "top_p": 0.5, "min_p": 0.05}]
    ),
)
def test_a_row_draws_the_same_in_any_company(seed: int, knobs: dict) -> None:
    rows = torch.stack([law(), law().flip(0), law() * 0.3]).log_softmax(-1)
    three = [ask(seed=7), ask(seed=seed, **knobs), ask(temperature=0.0)]
    together = draw(rows, three, [4, 9, 2])
    assert together[1] == draw(rows[1:2], three[1:2], [9])[0]
    assert together[2] == int(rows[2].argmax())


@pytest.mark.parametrize("temperature", [1e-3, 1e-30])
def test_a_tiny_temperature_is_greedy(temperature: float) -> None:
    assert set(draws(law(), 50, temperature=temperature)) == {int(law().argmax())}


@pytest.mark.parametrize(
    ("knobs", "kept"),
    [
        ({"top_k": 2}, {0, 1}),
        ({"top_p": 0.5}, {0}),  # the first alone holds 0.5
        ({"top_p": 0.51}, {0, 1}),
        ({"min_p": 0.4}, {0, 1}),  # at least 0.4 of 0.5
        ({"top_k": 2, "top_p": 0.6}, {0}),  # of the two left, the first holds 0.5 / 0.8
        ({"top_k": 2, "top_p": 0.63}, {0, 1}),
        ({"temperature": 2.0, "min_p": 0.6}, {0, 1}),  # square roots relative to the first: 1, 0.775, 0.548, 0.316
        ({"temperature": 2.0, "min_p": 0.5}, {0, 1, 2}),  # temperature comes first: untempered, 0.3 would be too little
    ],
)
def test_filters_keep_what_they_say(knobs: dict, kept: set[int]) -> None:
    rows = torch.log(torch.tensor([0.5, 0.3, 0.15, 0.05]))
    assert set(draws(rows, 600, **knobs)) == kept


def test_top_p_over_a_large_vocabulary_needs_the_whole_tail() -> None:
    flat = torch.full((5000,), -np.log(5000.0)) + torch.linspace(0, 1e-3, 5000)
    seen = draws(flat.log_softmax(-1), 1000, top_p=0.6)
    assert seen.min() >= 5000 - 3001  # the likeliest 60 %
    assert len(np.unique(seen)) > 700


def test_a_rounding_difference_rarely_moves_a_draw() -> None:
    """Log-probabilities off by 1e-5, as between batch shapes: practically no draw may differ."""
    rows = torch.tensor(np.random.default_rng(1).normal(0, 1.5, 20_000), dtype=torch.float32).log_softmax(-1)
    noise = 1e-5 * torch.tensor(np.random.default_rng(2).normal(size=20_000), dtype=torch.float32)
    assert (draws(rows, 400) != draws((rows + noise).log_softmax(-1), 400)).sum() <= 1


def test_log_softmax_and_entropy_agree_with_scipy() -> None:
    logits = np.random.default_rng(0).normal(0, 3, (4, 200))
    rows = log_softmax(torch.tensor(logits, dtype=torch.float32))
    from scipy.special import log_softmax as oracle

    np.testing.assert_allclose(rows, oracle(logits, axis=1), atol=1e-5)
    np.testing.assert_allclose(entropy(rows), stats.entropy(np.exp(oracle(logits, axis=1)), axis=1), atol=1e-5)
