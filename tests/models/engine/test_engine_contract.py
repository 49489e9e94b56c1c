"""The contract: the same answers whatever the batch, the order, the state of the cache and the point of resumption."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from probes.models.engine import Engine, SampledIds, SampleIds, ScoredIds, ScoreIds

WORDS = 300


def work(seed: int, count: int) -> list:
    """Prompts that branch from one another at many places, scored and continued in every way there is."""
    rng = np.random.default_rng(seed)
    stems = [tuple(rng.integers(3, WORDS, 40).tolist()) for _ in range(2)]
    requests: list = []
    for k in range(count):
        tail = tuple(rng.integers(3, WORDS, int(rng.integers(1, 8))).tolist())
        prompt = stems[k % 2][: int(rng.integers(1, 40))] + tail * (k % 5 > 0)
        if k % 2:
            requests.append(ScoreIds(prompt, ((5,), (6,), (7, 8, 9), tail), full=k % 7 == 0))
        else:
            knobs = ({}, {"top_k": 20}, {"top_p": 0.8}, {"min_p": 0.02, "top_p": 0.95})[k % 4 // 2 + k % 3 // 2]
            stop = frozenset(range(40))
            requests.append(SampleIds(prompt, 1 + k % 11, float(k % 3 > 0), seed=k, stop=stop, **knobs))
    return requests


def assert_same(ours: list, reference: list) -> None:
    for left, right in zip(ours, reference, strict=True):
        if isinstance(right, SampledIds):
            assert (left.ids, left.stop) == (right.ids, right.stop)
        for one, two in zip(left.logprobs, right.logprobs, strict=True):
            np.testing.assert_allclose(one, two, atol=1e-4)
        if isinstance(right, SampledIds):
            np.testing.assert_allclose(left.entropies, right.entropies, atol=1e-4)
        if isinstance(right, ScoredIds):
            for one, two in zip(left.rows or [], right.rows or [], strict=True):
                np.testing.assert_allclose(one, two, atol=1e-4)


def test_plain_path_is_the_model_itself(model) -> None:
    """Oracle: one direct forward call a target, and `generate` of transformers for greedy continuations."""
    engine = Engine(model, sharing=False)
    prompts = [tuple(range(10 + k, 40 + 3 * k, 1 + k)) for k in range(3)]
    scored = engine.run([ScoreIds(p, ((5, 6), (9,))) for p in prompts])
    grown = engine.run([SampleIds(p, 9, 0.0) for p in prompts])
    for prompt, score, sample in zip(prompts, scored, grown, strict=True):
        ids = torch.tensor([[*prompt, 5]])
        with torch.no_grad():
            rows = model(input_ids=ids).logits[0].log_softmax(-1)
            out = model.generate(
                input_ids=ids[:, :-1],
                attention_mask=torch.ones_like(ids[:, :-1]),
                max_new_tokens=9,
                do_sample=False,
                eos_token_id=None,
                pad_token_id=0,
            )
        np.testing.assert_allclose(score.logprobs[0], [rows[-2, 5], rows[-1, 6]], atol=1e-5)
        np.testing.assert_allclose(score.logprobs[1], [rows[-2, 9]], atol=1e-5)
        assert sample.ids == out[0, len(prompt) :].tolist()


def test_shared_path_equals_plain_path_on_every_architecture(model) -> None:
    requests = work(0, 24)
    reference = Engine(model, sharing=False).run(requests)
    engine = Engine(model, batch_tokens=60, rows=5)
    assert engine.info["sharing"] == (model.config.model_type != "qwen3_5_text")
    assert_same(engine.run(requests), reference)  # cold
    assert_same(engine.run(requests[::-1])[::-1], reference)  # warm, other order
    asked = zip(requests, reference, strict=True)
    past = [(*request.prompt, *result.ids, 9) for request, result in asked if isinstance(request, SampleIds)]
    onward = [ScoreIds(tokens, ((5,), (6, 7))) for tokens in past]
    assert_same(engine.run(onward), Engine(model, sharing=False).run(onward))  # replies, kept as they were written


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 7, 64])
def test_batch_size_order_and_resumption_on_every_architecture(model, size: int) -> None:
    requests = work(1, 40)
    reference = Engine(model, sharing=False, rows=1, batch_tokens=1).run(requests)
    order = np.random.default_rng(size).permutation(len(requests))
    for sharing in (None, False):
        engine = Engine(model, rows=size, batch_tokens=20 * size, cache_bytes=50_000 * size, sharing=sharing)
        cut = 3 * size % len(requests)
        shuffled = [requests[k] for k in order]
        got = engine.run(shuffled[:cut]) + engine.run(shuffled[cut:])
        assert_same([got[k] for k in np.argsort(order)], reference)


def holds(model, seed: int, rows: int, tokens: int, cache: int, cuts: tuple[int, int]) -> None:
    """Shuffled, resumed at two points in new engines, the last part asked once more of the then warm cache."""
    requests = work(seed, 16)
    order = np.random.default_rng(seed).permutation(len(requests))
    shuffled = [requests[k] for k in order]
    first, second = sorted(cuts)
    got: list = []
    for start, stop in ((0, first), (first, second), (second, len(requests))):
        engine = Engine(model, rows=rows, batch_tokens=tokens, cache_bytes=cache)
        got += engine.run(shuffled[start:stop])
        assert engine.trunk.cache.bytes <= cache
    reference = Engine(model, sharing=False, rows=1, batch_tokens=1).run(requests)
    assert_same([got[k] for k in np.argsort(order)], reference)
    assert_same(engine.run(shuffled), [reference[k] for k in order])


SHAPES = {
    "seed": st.integers(0, 2**32 - 1),
    "rows": st.sampled_from([1, 7, 64]),
    "tokens": st.integers(1, 200),
    "cache": st.sampled_from([0, 10_000, 10**9]),
    "cuts": st.tuples(st.integers(0, 16), st.integers(0, 16)),
}


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(**SHAPES)
def test_property_of_the_contract(llama, **shape) -> None:
    holds(llama, **shape)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(**SHAPES)
def test_property_of_the_contract_on_every_architecture(model, **shape) -> None:
    holds(model, **shape)


def test_growing_prompts_compute_only_what_is_new(llama, monkeypatch) -> None:
    """Ten rounds of a match: the tokens given to the model add up to one pass over the last prompt."""
    fed: list[int] = []
    forward = llama.model.forward
    monkeypatch.setattr(
        llama.model, "forward", lambda **given: (fed.append(given["input_ids"].numel()), forward(**given))[1]
    )
    engine = Engine(llama)
    fed.clear()
    history = tuple(range(3, 103))
    for done in range(10, 101, 10):
        engine.run([ScoreIds(history[:done], ((5,), (6,)))])
    assert sum(fed) == 100
    engine.run([ScoreIds(history[:50], ((7,),)), SampleIds(history[:50], 1, 0.0)])
    assert sum(fed) == 100  # already there: no pass at all


def test_shared_tokens_are_computed_once(llama, monkeypatch) -> None:
    fed: list[int] = []
    forward = llama.model.forward
    monkeypatch.setattr(
        llama.model, "forward", lambda **given: (fed.append(given["input_ids"].numel()), forward(**given))[1]
    )
    engine = Engine(llama)
    fed.clear()
    stem = tuple(range(50, 150))
    engine.run(
        [ScoreIds((*stem, k), ((5,), (6,))) for k in range(12)] + [SampleIds(stem, 1, 1.0, seed=k) for k in range(30)]
    )
    assert sum(fed) == 100 + 12


def test_progress_counts_and_results_stream(llama) -> None:
    counts: list[int] = []
    Engine(llama, rows=2).run(work(3, 10), counts.append)
    assert counts == list(range(1, 11))


def test_the_model_is_left_as_it_was(llama) -> None:
    ids = torch.tensor([[5, 6, 7]])
    before = llama(input_ids=ids).logits
    Engine(llama).run(work(4, 4))
    assert llama.config._attn_implementation == "sdpa"
    assert torch.equal(llama(input_ids=ids).logits, before)


@pytest.mark.parametrize("sharing", [None, False])
def test_strict_is_bit_for_bit_the_same_in_any_company(llama, sharing) -> None:
    requests = work(5, 12)
    engine = Engine(llama, strict=True, sharing=sharing)
    alone = [engine.run([request])[0] for request in requests]
    for one, two in zip(alone, engine.run(requests[::-1])[::-1], strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one.logprobs, two.logprobs, strict=True))
        assert getattr(one, "ids", None) == getattr(two, "ids", None)


@pytest.mark.parametrize("stop", [frozenset(), frozenset(range(3, 60))])
def test_what_was_written_is_not_read_again(llama, monkeypatch, stop) -> None:
    """A reply that comes back as the past of the next question costs only its last token, which was never fed."""
    fed: list[int] = []
    forward = llama.model.forward
    monkeypatch.setattr(
        llama.model, "forward", lambda **given: (fed.append(given["input_ids"].numel()), forward(**given))[1]
    )
    engine, prompt = Engine(llama), tuple(range(3, 43))
    replies = engine.run([SampleIds(prompt, 12, 1.0, seed=seed, stop=stop) for seed in range(8)])
    assert {reply.stop for reply in replies} == {"end_of_turn" if stop else "length"}
    fed.clear()
    again = [ScoreIds((*prompt, *reply.ids, 44), ((5,), (6, 7))) for reply in replies]
    scored = engine.run(again)
    written = {tuple(reply.ids) for reply in replies}
    unfed = {ids for ids in written if ids} if not stop else set()
    assert sum(fed) == len(unfed) + 2 * len(written)  # the last token of a reply, 44, and 6 before 7
    monkeypatch.undo()
    assert_same(scored, Engine(llama, sharing=False).run(again))
