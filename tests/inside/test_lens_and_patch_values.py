"""Numbers from elsewhere: TransformerLens reads the same lens, bare transformers hooks patch the same run."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

import probes
from probes import Choose, Transcript
from probes.models.bridge import attribution, bridged, prompts
from probes.models.lens import lens
from probes.models.patch import CONTROL, patch, patch_map

SITE = "blocks.0.hook_resid_post"


@pytest.fixture(scope="module")
def model():
    return probes.load_model("tiny", check=False)


def small():
    return probes.suite["membership"](kinds=("animal", "tool"), words=1)


def test_patching_is_what_a_bare_hook_does(model):
    """The source's states at the last five positions of block 0, written into the base by a plain forward hook."""
    texts = ("You like numbers.", "You are a very careless pupil of nine.")
    base, source = (Choose(Transcript().system(text).user("Is it?"), {"A": "yes", "B": "no"}) for text in texts)
    found = patch(model, [(base, source)], [(SITE,)])[0]
    ids = [torch.tensor([model.chat.encode(q.transcript, "assistant").ids]) for q in (base, source)]
    labels = [model.chat.encode(base.transcript, "assistant", label).ids[-1] for label in "AB"]
    states = {}
    block, shared = model.model.model.layers[0], found.shared

    def keep(_module, _args, out):
        states["source"] = (out[0] if isinstance(out, tuple) else out)[:, -shared:].clone()

    def write(_module, _args, out):
        value = (out[0] if isinstance(out, tuple) else out).clone()
        value[:, -shared:] = states["source"]
        return (value, *out[1:]) if isinstance(out, tuple) else value

    with torch.inference_mode():
        for hook, prompt in ((keep, ids[1]), (write, ids[0])):
            handle = block.register_forward_hook(hook)
            row = torch.log_softmax(model.model(input_ids=prompt).logits[0, -1].float(), -1)
            handle.remove()
    ours = found.patched[(SITE,), "all"].logprobs
    assert np.allclose([ours["A"], ours["B"]], row[labels].numpy(), atol=1e-4)


def test_the_map_is_the_patches_in_a_table(model):
    probe = probes.suite["membership"](kinds=("animal", "tool"), words=1, personas=("bold",), controls=True)
    table = patch_map(probe, model, ("word", "asked"), "yes", every=1)
    assert len(table) == 4 * 2 * 2
    last = table[(table["site"] == "blocks.1.hook_resid_post")]
    assert np.allclose(last["patched"], last["source"], atol=1e-4)  # after the last block the answer is the state
    assert table.groupby(["word", "asked"])["base"].nunique().eq(1).all()
    with pytest.raises(ValueError, match="no trials agree"):
        patch_map(small(), model, ("word",), "yes", base=CONTROL, source=CONTROL)


def test_the_last_block_read_through_the_lens_is_the_answer(model):
    table = lens(small(), model, "yes")
    last = table[table["site"] == "blocks.1.hook_resid_post"]
    assert np.allclose(last["log_odds"], last["own"], atol=1e-4)
    assert (table["log_odds"] - table["own"]).abs().max() > 1e-3
    assert set(table["cluster"]) == {"dog", "hammer"}


def test_what_the_lens_cannot_read_is_refused_in_words(model):
    with pytest.raises(ValueError, match="needs weights"):
        lens(small(), probes.load_model("scripted:first"), "yes")
    with pytest.raises(ValueError, match="no first token"):
        lens(small(), model, "maybe")
    with pytest.raises(ValueError, match="forced choices"):
        lens(probes.suite["user_turn"](**probes.suite["user_turn"].example), model, "yes")
    other = copy.copy(model)
    other.model = copy.deepcopy(model.model)
    other.model.base_model.norm = torch.nn.Identity()
    with pytest.raises(ValueError, match="would be wrong"):
        lens(small(), other, "yes")


@pytest.fixture(scope="module")
def request_of(model):
    question = next(small().play(next(iter(small().trials())), None))
    return question, model.requests(question)[0]


@pytest.mark.slow
def test_transformer_lens_reads_the_same(model, request_of):
    """Origin: transformer_lens.tools.analysis.logit_readout on a TransformerBridge around a copy of the model."""
    from transformer_lens.tools.analysis import logit_readout

    bridge, (question, request) = bridged(model), request_of
    firsts, meanings = [target[0] for target in request.targets], list(question.options.values())
    kept = [at for at, first in enumerate(firsts) if firsts.count(first) == 1]
    table = lens(small(), model, "yes")
    with torch.inference_mode():
        _, cache = bridge.run_with_cache(torch.tensor([request.prompt]), prepend_bos=False)
    for at, site in enumerate(["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"]):
        values = logit_readout(bridge, cache[site][0, -1], return_type="logits", vocab=[firsts[k] for k in kept]).values
        sides = [
            torch.logsumexp(values[..., [place for place, k in enumerate(kept) if (meanings[k] == "yes") is side]], -1)
            for side in (True, False)
        ]
        assert float(sides[0] - sides[1]) == pytest.approx(table["log_odds"].iloc[at], abs=2e-3)


@pytest.mark.slow
def test_the_parts_of_a_choice_add_up_to_the_models_own_logits(model, request_of):
    """Direct logit attribution sums to the difference of logits that plain transformers gives."""
    table = attribution(small(), model, "yes", "no")
    assert len(table) == 4 * (1 + 2 * 2)  # trials x (embedding, attention and feed-forward of two blocks)
    prompt = prompts(small(), model)[0]
    with torch.inference_mode():
        logits = model.model(input_ids=torch.tensor([prompt.ids])).logits[0, -1]
    own = float(logits[prompt.tokens["yes"]] - logits[prompt.tokens["no"]])
    first = table[(table["word"] == prompt.facts["word"]) & (table["asked"] == prompt.facts["asked"])]
    assert first["value"].sum() == pytest.approx(own, abs=2e-3)
    assert np.abs(table["value"]).max() > 1e-2


def test_a_bridge_needs_weights():
    with pytest.raises(ValueError, match="no weights"):
        bridged(probes.load_model("scripted:first"))
