"""What others do with the same token ids: plain batched transformers and lm-evaluation-harness."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from benchmarks.work import Ids, Work, fed
from probes.models.engine import SampleIds, ScoreIds

BATCH = 16


def plain(model: Any, work: Work, lengths: Sequence[int]) -> list[Any]:
    """Everything recomputed, call by call: nats of every target, None for turns, each written to its own length."""
    out: list[Any] = []
    left = iter(lengths)
    for call in work.calls:
        scored = iter(plain_scores(model, [each for each in call if isinstance(each, ScoreIds)]))
        turns = [each.prompt for each in call if isinstance(each, SampleIds)]
        generated(model, turns, [next(left) for _ in turns])
        out += [next(scored) if isinstance(each, ScoreIds) else None for each in call]
    return out


@torch.inference_mode()
def plain_scores(model: Any, items: Sequence[ScoreIds], size: int = BATCH) -> list[list[float]]:
    """As well as it is written: distinct sequences, sorted by length, left-padded, with no logits but those read."""
    sequences = sorted({one for item in items for one in fed(item)}, key=len)
    most = max((len(target) for item in items for target in item.targets), default=1)
    found: dict[Ids, torch.Tensor] = {}
    for at in range(0, len(sequences), size):
        batch = sequences[at : at + size]
        ids, mask = left_padded(model, batch)
        places = (mask.cumsum(-1) - 1).clamp(min=0)
        logits = model(
            input_ids=ids, attention_mask=mask, position_ids=places, use_cache=False, logits_to_keep=most
        ).logits
        found |= dict(zip(batch, logits.float().log_softmax(-1), strict=True))
    return [[_nats(found[item.prompt + target[:-1]], target) for target in item.targets] for item in items]


def _nats(rows: torch.Tensor, target: Ids) -> float:
    return float(rows[-len(target) :].gather(1, torch.tensor(target, device=rows.device)[:, None]).sum())


def harness(model: Any, tokenizer: Any) -> Callable[[Sequence[ScoreIds]], list[list[float]]] | None:
    """lm-evaluation-harness's own HF backend around the same weights, or None where it is not installed."""
    try:
        from lm_eval.models.huggingface import HFLM
    except ImportError:
        return None
    backend: Any = HFLM(pretrained=model, tokenizer=tokenizer, batch_size=BATCH, backend="causal")

    def scores(items: Sequence[ScoreIds]) -> list[list[float]]:
        """One request per option, as its tasks make them; equal contexts with one-token options share a row there."""
        asked = [((str(k), str(option)), list(item.prompt), list(option))
                 for k, item in enumerate(items) for option in item.targets]  # fmt: skip
        answers = iter(backend._loglikelihood_tokens(asked, disable_tqdm=True))
        return [[next(answers)[0] for _ in item.targets] for item in items]

    return scores


@torch.inference_mode()
def generated(model: Any, prompts: Sequence[Ids], lengths: Sequence[int], size: int = 32) -> None:
    """`transformers.generate` at temperature 1 in batches of alike length; every row stops at its own."""
    from transformers import StoppingCriteria

    class Lengths(StoppingCriteria):
        def __init__(self, ends: list[int]) -> None:
            self.ends = torch.tensor(ends)

        def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: Any) -> torch.Tensor:
            return (input_ids.shape[1] >= self.ends).to(input_ids.device)

    order = sorted(range(len(prompts)), key=lambda k: len(prompts[k]))
    for at in range(0, len(order), size):
        batch = order[at : at + size]
        ids, mask = left_padded(model, [prompts[k] for k in batch])
        model.generate(
            input_ids=ids, attention_mask=mask, do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
            max_new_tokens=max(lengths[k] for k in batch), eos_token_id=None, pad_token_id=0,
            stopping_criteria=[Lengths([ids.shape[1] + lengths[k] for k in batch])],
        )  # fmt: skip


def left_padded(model: Any, prompts: Sequence[Ids]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and mask `[prompt, position]`."""
    longest = max(map(len, prompts))
    ids = np.array([[0] * (longest - len(p)) + list(p) for p in prompts])
    mask = np.array([[0] * (longest - len(p)) + [1] * len(p) for p in prompts])
    return torch.tensor(ids, device=model.device), torch.tensor(mask, device=model.device)
