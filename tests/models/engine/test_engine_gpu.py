"""On CUDA: float32 keeps the contract, bfloat16 agrees statistically, and so does a model spread over devices."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from probes.models.engine import Engine, SampleIds, ScoreIds

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]


def requests() -> list:
    scored = [ScoreIds((9, 8, 7, *range(20, 20 + k)), ((5,), (6, 7))) for k in range(1, 12)]
    return scored + [SampleIds((9, 8, 7, *range(20, 20 + k)), 12, 1.0, seed=k) for k in range(1, 12)]


def test_float32_on_cuda_gives_the_answers_of_the_cpu(model) -> None:
    reference = Engine(model, sharing=False).run(requests())
    results = Engine(copy.deepcopy(model).cuda(), rows=4, batch_tokens=40).run(requests())
    for one, two in zip(results[:11], reference[:11], strict=True):
        np.testing.assert_allclose(np.concatenate(one.logprobs), np.concatenate(two.logprobs), atol=1e-3)
    assert sum(one.ids == two.ids for one, two in zip(results[11:], reference[11:], strict=True)) >= 10


def test_bfloat16_on_cuda_is_close(model) -> None:
    reference = Engine(model, sharing=False).run(requests())
    engine = Engine(copy.deepcopy(model).to("cuda", torch.bfloat16))
    gaps = [
        np.abs(np.concatenate(one.logprobs) - np.concatenate(two.logprobs)).max()
        for one, two in zip(engine.run(requests()[:11]), reference[:11], strict=True)
    ]
    assert np.median(gaps) < 0.3
    assert engine.info["cache_bytes"] > 0
