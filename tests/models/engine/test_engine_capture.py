"""Activations: against the hidden states transformers gives, and the sum that makes a residual stream."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from probes.models.engine import Engine, SampleIds, ScoreIds

SPANS = ((0, 4), (7, 8), (3, 12))


@pytest.mark.parametrize("sharing", [None, False])
def test_residual_stream_is_what_transformers_calls_hidden_states(model, sharing) -> None:
    sites = ("blocks.0.hook_resid_pre", "blocks.0.hook_resid_post", "blocks.1.hook_resid_post")
    prompts = [(9, 8, 7, *range(20, 20 + 10 + 3 * k)) for k in range(3)]
    asked = [ScoreIds(p, ((5,), (6, 7)), sites=sites, spans=SPANS) for p in prompts]
    asked += [SampleIds(p, 3, 1.0, sites=sites, spans=SPANS) for p in prompts]
    plain = Engine(model, sharing=False).run([ScoreIds(p, ((5,), (6, 7))) for p in prompts])
    results = Engine(model, sharing=sharing, batch_tokens=20).run(asked)
    for prompt, result in zip(prompts * 2, results, strict=True):
        with torch.no_grad():
            states = model(input_ids=torch.tensor([prompt]), output_hidden_states=True).hidden_states
        for at, site in enumerate(sites):
            want = [states[at][0, start:stop].mean(0).numpy() for start, stop in SPANS]
            np.testing.assert_allclose(result.activations[site], want, atol=2e-4)
            assert result.activations[site].dtype == np.float32
    for one, two in zip(results, plain, strict=False):  # asking for activations changes no answer
        np.testing.assert_allclose(np.concatenate(one.logprobs), np.concatenate(two.logprobs), atol=1e-4)


def test_parts_add_up_to_the_residual_stream(llama) -> None:
    """Pre-norm blocks: what leaves is what entered plus what attention and feed-forward wrote."""
    names = ("resid_pre", "attn_out", "mlp_out", "resid_post")
    sites = tuple(f"blocks.2.hook_{name}" for name in names)
    pre, attn, mlp, post = (
        Engine(llama).run([ScoreIds(tuple(range(5, 25)), (), sites=sites, spans=SPANS)])[0].activations[site]
        for site in sites
    )
    np.testing.assert_allclose(pre + attn + mlp, post, atol=1e-4)
    assert np.abs(attn).max() > 0.01
    assert np.abs(mlp).max() > 0.01


def test_no_hook_is_left_behind(llama) -> None:
    def hooks() -> int:
        return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in llama.modules())

    before = hooks()
    Engine(llama).run([ScoreIds((5, 6), ((7,),), sites=("blocks.1.hook_mlp_out",), spans=((0, 2),))])
    assert hooks() == before
