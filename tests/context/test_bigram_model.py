"""A real network that is a bigram table: what `Score` brings, through tokens, engine and cache, in closed form."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import transformers
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from probes.core import Score, estimators
from probes.core.questions import restored
from probes.core.transcript import Transcript
from probes.models.local import LocalModel
from probes.models.tiny import tiny_tokenizer

BARE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
"""No scaffold: the last token of the prompt is the last of the user's words, so contexts can differ in it."""

WIDTH = 1024
"""A power of four: the norm, which computes in float32 whatever the model does, then multiplies by exactly 32."""


@pytest.fixture(scope="module", params=[torch.float64, torch.float32], ids=["float64", "float32"])
def network(request):
    """(model, table [last token, next token], tolerance). One-hot embeddings pass blocks that write nothing; the head
    holds the logarithms of the table."""
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = BARE
    size = len(tokenizer)
    table = np.random.default_rng(7).dirichlet(np.full(size, 1.0), size=size)
    config = transformers.LlamaConfig(
        vocab_size=size, hidden_size=WIDTH, intermediate_size=8, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=4, rms_norm_eps=0.0, max_position_embeddings=128,
    )  # fmt: skip
    model = transformers.LlamaForCausalLM(config).to(request.param).eval()
    with torch.no_grad():
        model.model.embed_tokens.weight.copy_(torch.eye(size, WIDTH))
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        model.lm_head.weight[:, :size].copy_(torch.from_numpy(np.log(table).T / np.sqrt(WIDTH)))
    told = {"weights": "bigram", "dtype": str(request.param)}
    return LocalModel("bigram", model, tokenizer, told), table, {torch.float64: 1e-10}.get(request.param, 2e-4)


def last(model, text):
    return model.tokenizer(text, add_special_tokens=False)["input_ids"][-1]


def test_ratio_divergences_and_entropies_have_their_closed_form(network):
    """A bigram forgets all but the last token: only the first target token can tell the contexts apart."""
    model, table, tolerance = network
    a, b = Transcript().user("the model answers"), Transcript().user("the user")
    p, q = table[last(model, "the model answers")], table[last(model, "the user")]
    ids = (40, 77, 41)
    reply = model.reply([Score(a, ids=ids, contexts=(b, a), kl=True, js=True)])[0]
    near = {"rel": 0, "abs": tolerance}
    assert reply.logprobs == pytest.approx(np.log([p[40], table[40, 77], table[77, 41]]).tolist(), **near)
    assert reply.kl[0] == pytest.approx([entropy(p, q), 0, 0], **near)
    assert reply.js[0] == pytest.approx([jensenshannon(p, q) ** 2, 0, 0], **near)
    later = [entropy(table[40]), entropy(table[77])]
    assert reply.entropies[0] == pytest.approx([entropy(p), *later], **near)
    assert reply.entropies[1] == pytest.approx([entropy(q), *later], **near)
    other, same = estimators.contrasts(reply)
    assert other.total == pytest.approx(np.log(p[40] / q[40]), **near)
    assert other.doubt == pytest.approx([entropy(q) - entropy(p), 0, 0], **near)
    assert [*same.ratios, *same.kl, *same.js, *same.doubt] == [0.0] * 12, "identical contexts: exactly nothing"
    assert entropy(p, q) > 0.1, "the contexts must differ for the test to be able to fail"


def test_what_was_not_asked_for_is_not_there(network):
    model, _, _ = network
    a, b = Transcript().user("the model"), Transcript().user("the user")
    plain, half = model.reply([Score(a, ids=(40,), contexts=(b,)), Score(a, ids=(40,), contexts=(b,), js=True)])
    assert (plain.kl, plain.js, plain.entropies) == ([], [], [])
    assert (half.kl, len(half.js), len(half.entropies)) == ([], 1, 2)
    assert estimators.token_table(plain, ["b"])[["kl", "js", "doubt"]].isna().all(axis=None)
    assert estimators.token_table(half, ["b"])[["js", "doubt"]].notna().all(axis=None)


def test_records_from_before_these_fields_are_still_read():
    old = {"kind": "Scored", "ids": [1], "logprobs": [-1.0], "text": "a", "tokens": ["a"], "under": [[-2.0]]}
    read = restored({**old, "kl": [[0.5]]})
    assert (read.js, read.entropies) == ([], [])
    assert estimators.contrasts(read)[0].divergence == 0.5
    assert restored(read.record()) == read
