"""Tiny randomly initialised models of every architecture the engine is held to, made offline."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
import torch
import transformers as tr

VOCABULARY = 300  # more than one block of the two-stage draw
_BASE = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 256,
    "initializer_range": 0.25,  # peaked: a wrong mask or position moves log-probabilities by far more than 1e-4
    "pad_token_id": 0,
    "eos_token_id": 1,
    "bos_token_id": 2,
}
_EXPERTS = {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16}


def _without(*keys: str) -> dict:
    return {key: value for key, value in _BASE.items() if key not in keys}


_MIXED = ["sliding_attention", "full_attention", "sliding_attention"]
CONFIGS = {
    "llama": lambda: tr.LlamaConfig(**_BASE),
    "qwen2": lambda: tr.Qwen2Config(**_BASE),
    "qwen2_window": lambda: tr.Qwen2Config(
        **_BASE, use_sliding_window=True, sliding_window=6, max_window_layers=1, layer_types=_MIXED
    ),
    "qwen3": lambda: tr.Qwen3Config(**_BASE),
    "qwen3_moe": lambda: tr.Qwen3MoeConfig(**_BASE, **_EXPERTS),
    "qwen3_5": lambda: tr.Qwen3_5TextConfig(
        **_BASE,
        layer_types=["linear_attention", "full_attention", "linear_attention"],
        linear_key_head_dim=8,
        linear_value_head_dim=8,
        linear_num_key_heads=2,
        linear_num_value_heads=4,
    ),
    "gemma3": lambda: tr.Gemma3TextConfig(**_BASE, sliding_window=6, layer_types=_MIXED, query_pre_attn_scalar=8),
    "gpt_oss": lambda: tr.GptOssConfig(
        **_BASE, sliding_window=6, layer_types=_MIXED, num_local_experts=4, num_experts_per_tok=2
    ),
    "glm4": lambda: tr.Glm4Config(**_BASE),
    "glm4_moe": lambda: tr.Glm4MoeConfig(
        **_BASE,
        n_routed_experts=4,
        num_experts_per_tok=2,
        moe_intermediate_size=16,
        n_shared_experts=1,
        first_k_dense_replace=1,
    ),
    "mistral": lambda: tr.MistralConfig(**_BASE, sliding_window=6),
    "phi3": lambda: tr.Phi3Config(**_without("head_dim"), sliding_window=6),
    "olmo2": lambda: tr.Olmo2Config(**_without("head_dim")),
    "gpt_neox": lambda: tr.GPTNeoXConfig(**_without("head_dim", "num_key_value_heads")),
    "gpt2": lambda: tr.GPT2Config(
        vocab_size=VOCABULARY,
        n_embd=32,
        n_layer=3,
        n_head=4,
        n_positions=256,
        initializer_range=0.25,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    ),
}


@functools.cache
def build(name: str) -> tr.PreTrainedModel:
    """The model of that name, the same weights every time."""
    with torch.random.fork_rng():
        torch.manual_seed(20)
        model = tr.AutoModelForCausalLM.from_config(CONFIGS[name]())
        for key, weight in model.named_parameters():
            if key.endswith("sinks"):
                torch.nn.init.normal_(weight, std=1.0)
    return model.float().eval()


@pytest.fixture(params=CONFIGS, scope="session")
def model(request: pytest.FixtureRequest) -> tr.PreTrainedModel:
    """Every architecture in turn."""
    return build(request.param)


@pytest.fixture(scope="session")
def zoo() -> Callable[[str], tr.PreTrainedModel]:
    """Models by name."""
    return build


@pytest.fixture(scope="session")
def llama() -> tr.PreTrainedModel:
    """The plainest architecture."""
    return build("llama")
