"""Running out of memory: smaller batches for what failed, everything else kept, and an honest error at the end."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from probes.models.engine import Engine, SampleIds, ScoreIds, score
from probes.models.engine.budget import Budget


@pytest.fixture
def cramped(llama):
    """A model that holds no more than `limit[0]` tokens a pass; and the sizes of the passes that went through."""
    model = copy.deepcopy(llama)
    limit, passed = [10**9], []
    forward = model.model.forward

    def guarded(*args, **given):
        size = given["input_ids"].numel()
        if size > limit[0]:
            raise torch.OutOfMemoryError(f"tried to hold {size} tokens")
        passed.append(size)
        return forward(*args, **given)

    model.model.forward = guarded
    return model, limit, passed


@pytest.mark.parametrize("sharing", [None, False])
def test_scores_survive_with_smaller_batches(cramped, sharing) -> None:
    model, limit, passed = cramped
    requests = [ScoreIds((k + 3, *range(40, 60)), ((5,), (6, 7))) for k in range(12)]
    engine = Engine(model, sharing=sharing)
    whole = engine.run(requests)
    engine.clear()
    limit[0] = 50
    passed.clear()
    again = engine.run(requests)
    for one, two in zip(whole, again, strict=True):
        np.testing.assert_allclose(np.concatenate(one.logprobs), np.concatenate(two.logprobs), atol=1e-5)
    assert max(passed) <= 50
    assert sum(passed) <= 12 * (22 + 22)  # nothing that was finished is computed again


@pytest.mark.parametrize("sharing", [None, False])
def test_continuations_survive_with_fewer_rows(cramped, sharing) -> None:
    model, limit, passed = cramped
    requests = [SampleIds((k + 3, 8, 9), 3 + k, 1.0, seed=k) for k in range(9)]
    engine = Engine(model, sharing=sharing)
    whole = engine.run(requests)
    engine.clear()
    limit[0] = 4
    passed.clear()
    assert [r.ids for r in engine.run(requests)] == [r.ids for r in whole]
    assert max(passed) <= 4


def test_a_long_prompt_alone_is_cut_into_smaller_passes(cramped) -> None:
    model, limit, _ = cramped
    engine = Engine(model, batch_tokens=512)
    engine.trunk.cache.run = 16
    request = ScoreIds(tuple(range(3, 203)), ((5,),))
    whole = engine.run([request])[0]
    engine.clear()
    limit[0] = 40
    np.testing.assert_allclose(engine.run([request])[0].logprobs[0], whole.logprobs[0], atol=1e-5)


@pytest.mark.parametrize("sharing", [None, False])
@pytest.mark.parametrize(
    "kind", [lambda p: ScoreIds(p, ((5,),), name="item 7"), lambda p: SampleIds(p, 4, 1.0, name="item 7")]
)
def test_what_does_not_fit_alone_is_named_with_its_length(cramped, kind, sharing) -> None:
    model, limit, _ = cramped
    engine = Engine(model, sharing=sharing)
    request = kind(tuple(range(3, 53)))
    limit[0] = 20
    with pytest.raises(MemoryError, match=f"item 7: {request.length} positions do not fit"):
        engine.run([request])
    limit[0] = 10**9
    assert engine.run([request])  # the engine is still usable


def test_finished_results_are_out_before_the_failure(cramped) -> None:
    model, limit, _ = cramped
    engine = Engine(model, batch_tokens=10)
    limit[0] = 20
    requests = [*(ScoreIds((k, 4, 5), ((5,),)) for k in range(3, 9)), ScoreIds((9, *range(3, 63)), ((5,),))]
    out = []
    with pytest.raises(MemoryError, match="request 6"):
        engine.run(requests, out.append)
    assert out == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("sharing", [None, False])
def test_rows_over_the_vocabulary_are_given_away_before_more_are_made(llama, monkeypatch, sharing) -> None:
    """A question's contexts stand far apart in the order of prompts: gigabytes of rows waited until the last came."""
    asked = [ScoreIds((first, 5, 6), ((7, 8),), full=True) for first in (3, 90, 4, 91)]
    asked.append(ScoreIds((5, 6), ((7, 8),)))
    engine = Engine(llama, sharing=sharing)
    monkeypatch.setattr("probes.models.engine.score.KEPT_BYTES", 2 * 2 * 4 * engine.vocabulary)
    made = []
    inner = score.log_softmax
    monkeypatch.setattr(score, "log_softmax", lambda logits: (made.append(len(logits)), inner(logits))[1])
    out = []
    for index, _ in engine.stream(asked):
        out.append((index, sum(made)))
    assert out == [(4, 2), (0, 6), (1, 6), (2, 10), (3, 10)]


def test_other_errors_are_not_swallowed(cramped) -> None:
    model, _, _ = cramped
    engine = Engine(model)

    def broken(**given):
        raise RuntimeError("a bug")

    model.model.forward = broken
    for request in (ScoreIds((5,), ((6,),)), SampleIds((5,), 2, 0.0)):
        with pytest.raises(RuntimeError, match="a bug"):
            engine.run([request])


def test_on_a_host_what_files_keep_of_the_memory_counts_as_free(llama, monkeypatch):
    memory = type("Memory", (), {"available": 20 * 2**30, "free": 2**20})
    monkeypatch.setattr("psutil.virtual_memory", lambda: memory)
    budget = Budget.of(llama, None, None, None, strict=False)
    assert (budget.cache_bytes, budget.row_bytes) == (2 * 2**30, 2 * 2**30)
    memory.available = 2**30
    assert Budget.of(llama, None, None, None, strict=False).cache_bytes == 2**27
