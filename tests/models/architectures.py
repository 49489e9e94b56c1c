"""Small models of every causal architecture of transformers, with random weights."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import torch
import transformers

MOST = 5e7
"""Parameters of what still counts as small."""
SMALL = {
    **dict.fromkeys(("hidden_size", "d_model", "n_embd", "dim", "lru_width", "attention_hidden_size"), 32),
    **dict.fromkeys(("intermediate_size", "ffn_dim", "n_inner", "ffn_hidden_size", "decoder_ffn_dim"), 48),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "n_layers", "num_layers", "decoder_layers"), 3),
    **dict.fromkeys(("num_attention_heads", "n_head", "n_heads", "num_heads", "decoder_attention_heads"), 4),
    **dict.fromkeys(("num_key_value_heads", "n_head_kv", "mamba_n_groups"), 2),
    **dict.fromkeys(("head_dim", "query_pre_attn_scalar", "rotary_dim", "state_size", "mamba_d_state"), 8),
    **dict.fromkeys(("linear_key_head_dim", "linear_value_head_dim", "hidden_size_per_layer_input"), 8),
    **dict.fromkeys(("max_position_embeddings", "n_positions", "max_seq_len"), 256),
    **dict.fromkeys(("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts"), 4),
    **dict.fromkeys(("moe_intermediate_size", "shared_expert_intermediate_size", "chunk_size", "mamba_chunk_size"), 16),
    **dict.fromkeys(("n_group", "topk_group", "n_shared_experts", "first_k_dense_replace"), 1),
    **dict.fromkeys(("sliding_window", "attention_window_size", "window_size"), 6),
    **{"vocab_size": 300, "vocab_size_per_layer_input": 300, "num_experts_per_tok": 2, "laurel_rank": 8},
    **{"linear_num_key_heads": 2, "linear_num_value_heads": 4, "mamba_n_heads": 8, "mamba_d_head": 8, "expand": 2},
    **{"initializer_range": 0.25, "pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 2},
}
LATENT = {"q_lora_rank": 16, "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8}
INDEXED = {"index_topk": 4, "index_head_dim": 16, "index_n_heads": 2}
LISTS = ("layer_types", "mlp_layer_types", "layers_block_type", "block_types")
DROPPED = ((), ("head_dim",), ("num_key_value_heads",), ("sliding_window",), ("head_dim", "num_key_value_heads"))
VISION = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
          "image_size": 16, "patch_size": 8}  # fmt: skip
MIXED = ["mamba", "hybrid", "mamba", "hybrid"]
OWN: dict[str, dict[str, Any]] = {
    "bamba": {"attn_layer_indices": [1]},
    "cohere_compass_text": {"rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 1e4}}},
    "dbrx": {"attn_config": {"kv_n_heads": 2, "clip_qkv": 8, "rope_theta": 1e4},
             "ffn_config": {"ffn_hidden_size": 48, "moe_num_experts": 4, "moe_top_k": 2}},
    "dots3_note_text": {"num_key_value_heads": 4, **LATENT, **INDEXED},
    "ernie4_5_moe": {"moe_k": 2},
    "falcon_h1": {"mamba_d_ssm": 64},
    "git": {"vision_config": VISION, "is_decoder": True},
    "phi4_multimodal": {"vision_config": VISION, "audio_config": {"hidden_size": 16, "num_blocks": 1,
                        "intermediate_size": 16, "num_attention_heads": 2, "nemo_conv_channels": 16}},
    "gemma3n_text": {"num_hidden_layers": 4, "num_kv_shared_layers": 2, "activation_sparsity_pattern": [0.0] * 4,
                     "layer_types": ["sliding_attention", "full_attention"] * 2},
    "gpt_neo": {"attention_types": [[["global", "local"], 1]], "num_layers": 2},
    "granitemoehybrid": {"layer_types": ["mamba", "attention", "mamba"]},
    "jamba": {"attn_layer_period": 2, "attn_layer_offset": 1, "expert_layer_period": 2, "expert_layer_offset": 1,
              "use_mamba_kernels": False},
    "lfm2_moe": {"layer_types": ["conv", "full_attention", "conv"], "num_dense_layers": 1},
    "mamba2": {"num_heads": 8, "head_dim": 8, "n_groups": 2},
    "qwen4_exp_text": {"indexer_n_heads": 2, "indexer_kv_heads": 1, "indexer_head_dim": 8, "indexer_budget": 8,
                       "indexer_compress_ratio": 2, "hc_lowrank": 8, "ngram_vocab_size_base": 100,
                       "split_ngram_parts": 2, "make_ngram_vocab_size_divisible_by": 2},
    "reformer": {"is_decoder": True, "axial_pos_embds": False},
    "xlm": {"emb_dim": 32, "n_words": 300},
    "xlstm": {"hidden_size": 128, "num_heads": 2},
    "xmod": {"default_language": "en_XX"},
    "zamba": {"layers_block_type": MIXED, "num_hidden_layers": 4, "num_key_value_heads": 4, "use_mamba_kernels": False,
              "attention_hidden_size": 64, "attention_head_dim": 16},
    "zamba2": {"layers_block_type": MIXED, "num_hidden_layers": 4, "num_key_value_heads": 4, "adapter_rank": 8},
    "zaya": {"num_experts_per_tok": 1},
}  # fmt: skip
"""What single architectures need besides, or otherwise."""


def language_model(kind: str) -> str:
    """The architecture of the language model within one of images or sounds; empty where it is one of text itself."""
    made = transformers.CONFIG_MAPPING[kind]
    inner = made().get_text_config()
    return "" if type(inner) is made else str(inner.model_type)


def candidates(kind: str) -> Iterator[Any]:
    """Configurations of an architecture, small, from likely to unlikely."""
    made = transformers.CONFIG_MAPPING[kind]
    usual = made()
    fields = {field.name for field in dataclasses.fields(made)}
    lists = {name: getattr(usual, name, None) for name in LISTS if name in fields}
    kinds = {name: (list(dict.fromkeys(value)) * 3)[:3] for name, value in lists.items() if value}
    given_by_default = {name for name in fields if _of_all_layers(usual, name) is not None}
    marks = ("pad_token_id", "eos_token_id", "bos_token_id")
    for declared in (given_by_default, fields):
        for extra in ({}, LATENT, {**LATENT, **INDEXED}):
            for dropped in DROPPED:
                small = {name: value for name, value in {**SMALL, **extra}.items() if name in declared}
                small |= {name: SMALL[name] for name in marks} | kinds
                yield made, {name: value for name, value in small.items() if name not in dropped} | OWN.get(kind, {})


def _of_all_layers(config: Any, name: str) -> Any:
    try:
        return getattr(config, name)
    except Exception:  # a value that differs from layer to layer
        return True


def built(kind: str) -> tuple[Any, str]:
    """(the architecture with random weights, what stood in the way of the first small configuration)."""
    trouble = ""
    for made, given in candidates(kind):
        try:
            with torch.device("meta"):
                empty = transformers.AutoModelForCausalLM.from_config(made(**given))
            size = sum(part.numel() for part in empty.parameters())
            if size > MOST:
                trouble = trouble or f"{size:.0e} parameters"
                continue
            with torch.random.fork_rng():
                torch.manual_seed(20)
                model = transformers.AutoModelForCausalLM.from_config(made(**given)).float().eval()
            with torch.inference_mode():
                model(input_ids=torch.arange(3, 12)[None])
            return model, ""
        except TimeoutError:
            raise
        except Exception as error:  # a configuration that makes no sense for this architecture
            trouble = trouble or " ".join(f"{type(error).__name__}: {error}".split())[:160]
    return None, trouble
