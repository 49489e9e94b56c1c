"""Every causal architecture that transformers can build small: right, refused in words, or wrong. None may be wrong.

Right means: what the engine says is what a bare forward pass of the model says, alone, token by token.
"""

from __future__ import annotations

import signal
from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from probes.models.engine import Engine, SampleIds, ScoreIds
from probes.models.rehearse import rehearsed

TOLERANCE = 1e-4
SMALL = {
    **dict.fromkeys(("hidden_size", "d_model", "n_embd", "dim", "lru_width", "attention_hidden_size"), 32),
    **dict.fromkeys(("intermediate_size", "ffn_dim", "n_inner", "ffn_hidden_size", "decoder_ffn_dim"), 48),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "n_layers", "num_layers", "decoder_layers"), 3),
    **dict.fromkeys(("num_attention_heads", "n_head", "n_heads", "num_heads", "decoder_attention_heads"), 4),
    **dict.fromkeys(("num_key_value_heads", "n_head_kv"), 2),
    **dict.fromkeys(("head_dim", "query_pre_attn_scalar", "rotary_dim", "state_size", "mamba_d_state"), 8),
    **dict.fromkeys(("linear_key_head_dim", "linear_value_head_dim", "hidden_size_per_layer_input"), 8),
    **dict.fromkeys(("max_position_embeddings", "n_positions"), 256),
    **dict.fromkeys(("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts"), 4),
    **dict.fromkeys(("moe_intermediate_size", "shared_expert_intermediate_size", "chunk_size", "mamba_chunk_size"), 16),
    **dict.fromkeys(("n_group", "topk_group", "n_shared_experts", "first_k_dense_replace"), 1),
    **{"vocab_size": 300, "vocab_size_per_layer_input": 300, "num_experts_per_tok": 2, "sliding_window": 6},
    **{"linear_num_key_heads": 2, "linear_num_value_heads": 4, "mamba_n_heads": 8, "mamba_d_head": 8, "expand": 2},
    **{"initializer_range": 0.25, "pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 2},
}
LATENT = {"q_lora_rank": 16, "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8}
LISTS = ("layer_types", "mlp_layer_types", "layers_block_type", "block_types")
DROPPED = ((), ("head_dim",), ("num_key_value_heads",), ("sliding_window",), ("head_dim", "num_key_value_heads"))
MOST = 2e7
"""Parameters of what still counts as small."""


def candidates(kind: str) -> Any:
    """Configurations of an architecture, small, from likely to unlikely."""
    made = transformers.CONFIG_MAPPING[kind]
    usual = made()
    if type(usual.get_text_config()) is not made:
        return
    for extra in ({}, LATENT):
        for dropped in DROPPED:
            given = {k: v for k, v in {**SMALL, **extra}.items() if getattr(usual, k, None) is not None}
            given |= {k: SMALL[k] for k in ("pad_token_id", "eos_token_id", "bos_token_id")}
            for name in LISTS:
                if isinstance(getattr(usual, name, None), list):
                    given[name] = (list(dict.fromkeys(getattr(usual, name))) * 3)[:3]
            yield made, {k: v for k, v in given.items() if k not in dropped}


def built(kind: str) -> Any:
    """The architecture with random weights, if some small configuration of it can answer at all."""
    for made, given in candidates(kind):
        try:
            with torch.device("meta"):
                size = sum(
                    part.numel() for part in transformers.AutoModelForCausalLM.from_config(made(**given)).parameters()
                )
            if size > MOST:
                continue
            with torch.random.fork_rng():
                torch.manual_seed(20)
                model = transformers.AutoModelForCausalLM.from_config(made(**given)).float().eval()
            with torch.inference_mode():
                model(input_ids=torch.arange(3, 12)[None])
            return model
        except TimeoutError:
            raise
        except Exception:  # a configuration that makes no sense for this architecture
            continue
    return None


@torch.inference_mode()
def difference(engine: Engine) -> float:
    """Largest difference in nats from bare forward passes: scores in a batch, and every token of sampled turns."""

    def rows(tokens: tuple[int, ...]) -> np.ndarray:
        return engine.model(input_ids=torch.tensor([tokens])).logits[0].double().log_softmax(-1).numpy()

    prompts = [tuple((5 * at * at + 11 * k + 4) % 290 + 3 for at in range(9 + 2 * k)) for k in range(4)]
    asked: list[Any] = [ScoreIds(prompt, ((7, 9), (8,))) for prompt in prompts]
    asked += [SampleIds(prompt, 5, heat, seed=k) for k, prompt in enumerate(prompts) for heat in (0.0, 1.0)]
    gaps = []
    for request, result in zip(asked, engine.run(asked), strict=True):
        targets = request.targets if isinstance(request, ScoreIds) else (tuple(result.ids),)
        told = result.logprobs if isinstance(request, ScoreIds) else [np.array(result.logprobs)]
        for target, mine in zip(targets, told, strict=True):
            for at, token in enumerate(target):
                row = rows((*request.prompt, *target[:at]))[-1]
                gaps.append(abs(row[token] - mine[at]))
                if isinstance(request, SampleIds) and request.temperature == 0:
                    gaps.append(row.max() - row[token])
    return float(np.max(gaps))


def verdict(kind: str) -> tuple[str, str]:
    """(right, refused, wrong or not built, why)."""
    try:
        model = built(kind)
    except (AttributeError, RuntimeError) as error:  # configurations that differ from layer to layer
        return "not built", f"{type(error).__name__}: {error}"[:100]
    if model is None:
        return "not built", "no small configuration found"
    try:
        engine = Engine(model)
        prompts = [tuple((7 * at * at + 3 * k + 3) % 300 for at in range(20 + k)) for k in range(3)]
        bad = [name for name, told in rehearsed(engine, prompts, TOLERANCE).items() if told["passed"] is False]
    except TimeoutError:
        raise
    except Exception as error:
        return "refused", f"{type(error).__name__}: {error}"[:200]
    if bad:
        return "refused", f"fails its self-check: {', '.join(bad)}"
    gap = difference(engine)
    return ("right" if gap <= 4 * TOLERANCE else "wrong"), f"{gap:.1e} nats; sharing {engine.sharing}"


def late(*_: object) -> None:
    raise TimeoutError


@pytest.mark.slow
def test_no_architecture_is_wrong(capsys):
    """Prints right, refused and wrong; `pytest -s` shows every architecture."""
    counts: Counter[str] = Counter()
    wrong = []
    before = signal.signal(signal.SIGALRM, late)
    for kind in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        signal.alarm(120)
        try:
            found, why = verdict(kind)
        except TimeoutError:
            found, why = "not built", "took longer than two minutes"
        finally:
            signal.alarm(0)
        counts[found] += 1
        wrong += [f"{kind}: {why}"] if found == "wrong" else []
        with capsys.disabled():
            print(f"{kind:30} {found:10} {why}", flush=True)
    signal.signal(signal.SIGALRM, before)
    with capsys.disabled():
        print(dict(counts))
    assert not wrong
    assert counts["right"] >= 90


@pytest.mark.parametrize("kind", ["mamba", "rwkv", "bert", "gemma2", "llama"])
def test_recurrent_and_bidirectional_models_are_right_or_refused(kind):
    """Sampling from a recurrent model went wrong without a word; a model that reads both ways passed for causal."""
    found, why = verdict(kind)
    if found == "not built":
        pytest.skip(f"this transformers builds no small {kind}: {why}")
    assert found == ("refused" if kind == "bert" else "right"), why
