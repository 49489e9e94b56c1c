"""Inference without sharing: equal lengths in a batch, no padding, the model's own masks, positions and cache.

Exact for every architecture by construction; what the shared path is checked against and falls back to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from transformers import DynamicCache, PreTrainedModel

from probes.models.engine.capture import capture, means
from probes.models.engine.draw import draw, entropy, log_softmax
from probes.models.engine.requests import Request, Result, SampledIds, SampleIds, ScoredIds, ScoreIds, label


def answer(model: PreTrainedModel, requests: Sequence[Request]) -> Iterator[tuple[int, Result]]:
    """Yield `(index, result)` for every request, one at a time."""
    for index, request in enumerate(requests):
        name = label(requests, index)
        yield index, _score(model, request, name) if isinstance(request, ScoreIds) else _sample(model, request, name)


def _score(model: PreTrainedModel, request: ScoreIds, name: str) -> ScoredIds:
    result = ScoredIds([], [], [] if request.full else None)
    with capture(model, model.config.get_text_config().num_hidden_layers, request.sites) as seen:
        for target in request.targets:
            ids = torch.tensor([request.prompt + target[:-1]], device=model.device)
            logits = model(input_ids=ids, use_cache=False, logits_to_keep=len(target)).logits[0]
            rows = log_softmax(logits, [name] * len(target))
            result.logprobs.append(rows[range(len(target)), target].cpu().numpy())
            result.entropies.append(entropy(rows).cpu().numpy())
            if result.rows is not None:
                result.rows.append(rows.cpu().numpy())
        if not request.targets:
            model(input_ids=torch.tensor([request.prompt], device=model.device), use_cache=False, logits_to_keep=1)
        result.activations = {site: means(seen[site][0], request.spans) for site in request.sites}
    return result


def _sample(model: PreTrainedModel, request: SampleIds, name: str) -> SampledIds:
    result = SampledIds([], [], [], "length")
    cache = DynamicCache(config=model.config)
    ids = list(request.prompt)
    with capture(model, model.config.get_text_config().num_hidden_layers, request.sites) as seen:
        logits = model(
            input_ids=torch.tensor([ids], device=model.device), past_key_values=cache, logits_to_keep=1
        ).logits[0]
        result.activations = {site: means(seen[site][0], request.spans) for site in request.sites}
    for step in range(request.max_tokens):
        rows = log_softmax(logits, [name])
        token = draw(rows, [request], [step])[0]
        if token in request.stop:
            result.stop = "end_of_turn"
            break
        result.ids.append(token)
        result.logprobs.append(float(rows[0, token]))
        result.entropies.append(float(entropy(rows)))
        if step + 1 < request.max_tokens:
            logits = model(input_ids=torch.tensor([[token]], device=model.device), past_key_values=cache).logits[0]
    return result
