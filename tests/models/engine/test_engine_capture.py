"""Activations: against the hidden states transformers gives, and the sum that makes a residual stream."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
import transformers as tr

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


PARTS = tuple(f"blocks.2.hook_{name}" for name in ("resid_pre", "attn_out", "mlp_out", "resid_post"))


def parts(model) -> list[np.ndarray]:
    """resid_pre, attn_out, mlp_out, resid_post of the last block, `[span, width]` each."""
    found = Engine(model).run([ScoreIds(tuple(range(5, 25)), (), sites=PARTS, spans=SPANS)])[0].activations
    return [found[site] for site in PARTS]


def test_parts_add_up_to_the_residual_stream(model) -> None:
    """What leaves is what entered plus what attention and feed-forward add, on post-norm and parallel blocks too."""
    pre, attn, mlp, post = parts(model)
    np.testing.assert_allclose(pre + attn + mlp, post, atol=1e-4)
    assert np.abs(attn).max() > 0.01
    assert np.abs(mlp).max() > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("name", ["llama", "gemma3", "glm4", "olmo2"])
def test_parts_are_what_transformer_lens_calls_by_these_names(zoo, name) -> None:
    """Oracle: hook values of TransformerBridge around the same weights."""
    from transformer_lens.model_bridge import TransformerBridge

    from probes.models.tiny import tiny_tokenizer

    tokenizer = tiny_tokenizer()
    tokenizer.init_kwargs |= {"name_or_path": "local", "add_bos_token": True}
    copied = copy.deepcopy(zoo(name))
    copied.config.architectures = [type(copied).__name__]  # as a saved configuration says it
    bridge = TransformerBridge.boot_transformers(
        "local", hf_model=copied, tokenizer=tokenizer, dtype=torch.float32, device="cpu"
    )
    with torch.no_grad():
        _, cache = bridge.run_with_cache(torch.tensor([list(range(5, 25))]), prepend_bos=False)
    for site, ours in zip(PARTS, parts(zoo(name)), strict=True):
        theirs = [cache[site][0, start:stop].mean(0).numpy() for start, stop in SPANS]
        np.testing.assert_allclose(ours, theirs, atol=1e-3)


def test_scaled_parts_are_refused_in_words() -> None:
    """Granite multiplies what a part returns before adding it."""
    config = tr.GraniteConfig(
        vocab_size=300, hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, residual_multiplier=0.2,
    )  # fmt: skip
    model = tr.AutoModelForCausalLM.from_config(config)
    with pytest.raises(ValueError, match="scales what its parts add"):
        parts(model)


def test_no_hook_is_left_behind(llama) -> None:
    def hooks() -> int:
        return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in llama.modules())

    before = hooks()
    Engine(llama).run([ScoreIds((5, 6), ((7,),), sites=("blocks.1.hook_mlp_out",), spans=((0, 2),))])
    assert hooks() == before
