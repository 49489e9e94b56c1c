"""Edited activations: what a bare hook on the model alone gives, whatever the architecture and the company."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from probes.models.engine import Engine, SampleIds, ScoreIds
from probes.models.engine.capture import locate
from probes.models.engine.edits import Edit, mark

PROMPT = tuple(range(20, 38))
SITES = ("blocks.1.hook_resid_post", "blocks.1.hook_resid_pre", "blocks.1.hook_attn_out", "blocks.0.hook_mlp_out")


def bare(model, site, places, change, tokens, count):
    """Log-probabilities `[count, vocabulary]` at the end of `tokens`, one forward pass with a hook of our own."""
    module, before = locate(model, site)

    def changed(value):
        value = value.clone()
        value[:, places] = change(value[:, places])
        return value

    def enter(_module, args, kwargs):
        if args:
            return (changed(args[0]), *args[1:]), kwargs
        return args, {**kwargs, "hidden_states": changed(kwargs["hidden_states"])}

    def leave(_module, _args, out):
        return (changed(out[0]), *out[1:]) if isinstance(out, tuple) else changed(out)

    handle = (
        module.register_forward_pre_hook(enter, with_kwargs=True) if before else module.register_forward_hook(leave)
    )
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([tokens]), use_cache=False).logits[0, -count:]
    handle.remove()
    return torch.log_softmax(logits.float(), -1).numpy()


@pytest.fixture
def vector():
    return np.random.default_rng(0).normal(size=32).astype(np.float32)


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("replace", [False, True])
def test_an_edit_is_what_a_bare_hook_does(model, site, replace, vector):
    engine = Engine(model)
    if not engine.sharing:
        pytest.skip("no shared prefixes: refused, see below")
    number = engine.edits.add(Edit({site: vector}, replace=replace))
    marked = (*PROMPT[:13], *mark(PROMPT[13:17], number), *PROMPT[17:])
    targets = ((7,), (8, 9))
    plain, edited = engine.run([ScoreIds(PROMPT, targets), ScoreIds(marked, targets)])
    push = torch.from_numpy(vector)
    rows = bare(model, site, slice(13, 17), lambda v: push.expand_as(v) if replace else v + push, [*PROMPT, 8], 2)
    assert np.allclose(edited.logprobs[0], rows[0, 7], atol=2e-4)
    assert np.allclose(edited.logprobs[1], [rows[0, 8], rows[1, 9]], atol=2e-4)
    assert abs(plain.logprobs[0] - edited.logprobs[0]).max() > 1e-4


def test_onward_edits_reach_the_targets_and_the_generated_tokens(llama, vector):
    site, engine = SITES[0], Engine(llama)
    number = engine.edits.add(Edit({site: vector}, onward=True))
    marked = (*PROMPT[:-1], *mark(PROMPT[-1:], number))
    drawn = engine.run([SampleIds(marked, 5, 1.0, seed=3)])[0]
    push = torch.from_numpy(vector)
    rows = bare(llama, site, slice(len(PROMPT) - 1, None), lambda v: v + push, [*PROMPT, *drawn.ids[:-1]], 5)
    assert np.allclose(drawn.logprobs, rows[range(5), drawn.ids], atol=2e-4)
    scored = engine.run([ScoreIds(marked, (tuple(drawn.ids),))])[0]
    assert np.allclose(scored.logprobs[0], drawn.logprobs, atol=2e-4)


def test_a_small_cache_and_small_passes_change_nothing(llama, vector):
    site, results = SITES[0], []
    for how in ({}, {"cache_bytes": 1, "batch_tokens": 4}):
        engine = Engine(llama, **how)
        numbers = [engine.edits.add(Edit({site: vector * k}, onward=True)) for k in range(4)]
        asked = [ScoreIds((*PROMPT[:6], *mark(PROMPT[6:7], n), *PROMPT[7:]), ((3, 4),)) for n in numbers]
        results.append([result.logprobs[0] for result in engine.run(asked)])
    assert np.allclose(*results, atol=2e-4)
    assert np.allclose(results[0][0], Engine(llama).run([ScoreIds(PROMPT, ((3, 4),))])[0].logprobs[0], atol=1e-4)


def test_models_that_keep_a_state_are_refused_in_words(zoo, vector):
    engine = Engine(zoo("qwen3_5"))
    number = engine.edits.add(Edit({SITES[0]: vector}))
    with pytest.raises(ValueError, match="cannot be changed here: layers of kind linear_attention"):
        engine.run([ScoreIds(mark(PROMPT, number), ((3,),))])
    engine.run([ScoreIds(PROMPT, ((3,),), sites=SITES[:1], spans=((0, 3),))])  # reading is sound
