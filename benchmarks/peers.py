"""What others do with the same token ids: plain batched transformers, lm-evaluation-harness, TransformerBridge."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch

Ids = tuple[int, ...]


@torch.inference_mode()
def plain_scores(model: Any, items: list[tuple[Ids, tuple[Ids, ...]]], size: int) -> list[list[float]]:
    """Sorted by length, left-padded, explicit positions, logits of the last position only: as well as it is written."""
    order = sorted(range(len(items)), key=lambda k: len(items[k][0]))
    out: list[list[float]] = [[] for _ in items]
    for at in range(0, len(order), size):
        batch = order[at : at + size]
        ids, mask = left_padded(model, [items[k][0] for k in batch])
        places = (mask.cumsum(-1) - 1).clamp(min=0)
        rows = model(input_ids=ids, attention_mask=mask, position_ids=places, use_cache=False, logits_to_keep=1).logits
        for k, row in zip(batch, rows[:, -1].float().log_softmax(-1), strict=True):
            out[k] = [float(row[option[0]]) for option in items[k][1]]
    return out


@torch.inference_mode()
def plain_rows(model: Any, contexts: list[Ids], target: Ids, size: int) -> list[np.ndarray]:
    """Log-probabilities `[token, vocabulary]` of one target after every context, each computed in full."""
    out: list[np.ndarray] = []
    for at in range(0, len(contexts), size):
        ids, mask = left_padded(model, [context + target[:-1] for context in contexts[at : at + size]])
        places = (mask.cumsum(-1) - 1).clamp(min=0)
        logits = model(
            input_ids=ids, attention_mask=mask, position_ids=places, use_cache=False, logits_to_keep=len(target)
        ).logits
        out += list(logits.float().log_softmax(-1).cpu().numpy())
    return out


def harness(model: Any, tokenizer: Any, size: int) -> Any:
    """lm-evaluation-harness's own HF backend around the same weights, or None where it is not installed."""
    try:
        from lm_eval.models.huggingface import HFLM
    except ImportError:
        return None
    return HFLM(pretrained=model, tokenizer=tokenizer, batch_size=size, backend="causal")


def harness_scores(backend: Any, items: list[tuple[Ids, tuple[Ids, ...]]]) -> list[list[float]]:
    """One request per option, as its tasks make them; equal contexts with one-token options share a row there too."""
    asked = [
        ((str(k), str(option)), list(prompt), list(option))
        for k, (prompt, options) in enumerate(items)
        for option in options
    ]
    answers = iter(backend._loglikelihood_tokens(asked, disable_tqdm=True))
    return [[next(answers)[0] for _ in options] for _, options in items]


@torch.inference_mode()
def generated(model: Any, prompts: list[Ids], lengths: list[int], size: int, greedy: bool) -> list[list[int]]:
    """`transformers.generate` in batches of alike length; every row is told to stop at its own length."""
    from transformers import StoppingCriteria

    class Lengths(StoppingCriteria):
        def __init__(self, ends: list[int]) -> None:
            self.ends = torch.tensor(ends)

        def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: Any) -> torch.Tensor:
            return (input_ids.shape[1] >= self.ends).to(input_ids.device)

    out: list[list[int]] = [[] for _ in prompts]
    order = sorted(range(len(prompts)), key=lambda k: len(prompts[k]))
    for at in range(0, len(order), size):
        batch = order[at : at + size]
        ids, mask = left_padded(model, [prompts[k] for k in batch])
        ends = [ids.shape[1] + lengths[k] for k in batch]
        grown = model.generate(
            input_ids=ids,
            attention_mask=mask,
            do_sample=not greedy,
            max_new_tokens=max(lengths[k] for k in batch),
            stopping_criteria=[Lengths(ends)],
            eos_token_id=None,
            pad_token_id=0,
            **({} if greedy else {"temperature": 1.0, "top_k": 0, "top_p": 1.0}),
        )
        for k, row in zip(batch, grown, strict=True):
            out[k] = row[ids.shape[1] : ids.shape[1] + lengths[k]].tolist()
    return out


def bridge(model: Any, tokenizer: Any) -> Any:
    """A TransformerBridge around a copy of the weights (it changes the model it is given)."""
    from transformer_lens.model_bridge import TransformerBridge

    own = copy.deepcopy(tokenizer)
    own.init_kwargs |= {"name_or_path": "local", "add_bos_token": True}  # else it is loaded again; only ids are passed
    return TransformerBridge.boot_transformers(
        "local", hf_model=copy.deepcopy(model), tokenizer=own, dtype=model.dtype, device=str(model.device)
    )


@torch.inference_mode()
def bridged(
    bridge: Any, model: Any, prompts: list[Ids], lengths: list[int], size: int, greedy: bool
) -> list[list[int]]:
    """`TransformerBridge.generate` in the same batches; it has no way to stop rows at different lengths."""
    out: list[list[int]] = [[] for _ in prompts]
    order = sorted(range(len(prompts)), key=lambda k: len(prompts[k]))
    for at in range(0, len(order), size):
        batch = order[at : at + size]
        ids, mask = left_padded(model, [prompts[k] for k in batch])
        grown = bridge.generate(
            ids,
            attention_mask=mask,
            max_new_tokens=max(lengths[k] for k in batch),
            do_sample=not greedy,
            stop_at_eos=False,
            prepend_bos=False,
            return_type="tokens",
            verbose=False,
        )
        for k, row in zip(batch, grown, strict=True):
            out[k] = row[ids.shape[1] : ids.shape[1] + lengths[k]].tolist()
    return out


def left_padded(model: Any, prompts: list[Ids]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and mask `[prompt, position]`."""
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(p)) + list(p) for p in prompts], device=model.device)
    mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts], device=model.device)
    return ids, mask
