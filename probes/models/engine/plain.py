"""Inference without sharing: equal lengths in a batch, no padding, the model's own masks, positions and cache.

Exact for every architecture by construction; what the shared path is checked against and falls back to. Equal prompts
are still computed once: whatever state a model keeps, copying all of it is sound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

import torch
from transformers import DynamicCache, PreTrainedModel

from probes.models.engine.budget import Budget, halving
from probes.models.engine.cache import Tokens
from probes.models.engine.capture import capture, means
from probes.models.engine.draw import log_softmax
from probes.models.engine.requests import Request, Result, SampleIds, ScoredIds, ScoreIds, label
from probes.models.engine.sample import Run, choose
from probes.models.engine.score import Read, blank, fill_in, reads

Item = TypeVar("Item")


def answer(model: PreTrainedModel, requests: Sequence[Request], budget: Budget) -> Iterator[tuple[int, Result]]:
    """Yield `(index, result)` for every request."""
    scored = [(index, request) for index, request in enumerate(requests) if isinstance(request, ScoreIds)]
    names = [label(requests, index) for index, _ in scored]
    results = _score(model, [request for _, request in scored], names, budget)
    yield from ((index, result) for (index, _), result in zip(scored, results, strict=True))
    runs = [Run(i, request, label(requests, i)) for i, request in enumerate(requests) if isinstance(request, SampleIds)]
    for batch in _alike(runs, lambda run: (len(run.request.prompt), run.request.sites), lambda _: budget.rows):
        for run in halving(batch, lambda part: _sample(model, part), lambda run: (run.name, run.request.length)):
            yield run.index, run.result


def _alike(
    items: Iterable[Item], kind: Callable[[Item], Hashable], size: Callable[[Item], int]
) -> Iterator[list[Item]]:
    """Batches of one kind, each of at most `size` items."""
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        groups[kind(item)].append(item)
    for group in groups.values():
        step = max(1, size(group[0]))
        yield from (group[at : at + step] for at in range(0, len(group), step))


def _score(
    model: PreTrainedModel, requests: Sequence[ScoreIds], names: Sequence[str], budget: Budget
) -> list[ScoredIds]:
    results = [blank(request) for request in requests]

    def one(batch: list[Read]) -> list[None]:
        logits = model(
            input_ids=_ids(model, [read.tokens for read in batch]), use_cache=False, logits_to_keep=batch[0].count
        ).logits
        fill_in(logits.flatten(0, 1), batch, requests, results)
        return [None] * len(batch)

    wanted = reads(requests, names)
    for batch in _alike(
        wanted, lambda read: (len(read.tokens), read.count), lambda read: budget.batch_tokens // len(read.tokens)
    ):
        list(halving(batch, one, lambda read: (read.name, len(read.tokens))))
    for request, result in zip(requests, results, strict=True):
        if request.sites:
            with capture(model, request.sites) as seen:
                model(input_ids=_ids(model, [request.prompt]), use_cache=False, logits_to_keep=1)
            result.activations = {site: means(seen[site][0], request.spans) for site in request.sites}
    return results


def _sample(model: PreTrainedModel, runs: Sequence[Run]) -> list[Run]:
    """Prompts of one length to their ends; rows leave as they finish, equal prompts enter as copies of one state."""
    runs = [Run(run.index, run.request, run.name) for run in runs]
    running = list(runs)
    cache, logits = _prefill(model, runs)
    while running:
        rows = log_softmax(logits, [run.name for run in running])
        done = choose(rows, running)
        kept = [slot for slot in range(len(running)) if slot not in done]
        running = [running[slot] for slot in kept]
        if running:
            cache.reorder_cache(torch.tensor(kept, device=model.device))
            tokens = _ids(model, [(run.result.ids[-1],) for run in running])
            logits = model(input_ids=tokens, past_key_values=cache).logits[:, -1]
    return runs


def _prefill(model: PreTrainedModel, runs: Sequence[Run]) -> tuple[DynamicCache, torch.Tensor]:
    """Cache and last logits of every run's prompt."""
    prompts = list(dict.fromkeys(run.request.prompt for run in runs))
    cache = DynamicCache(config=model.config)
    with capture(model, runs[0].request.sites) as seen:
        logits = model(input_ids=_ids(model, prompts), past_key_values=cache, logits_to_keep=1).logits[:, -1]
    rows = [prompts.index(run.request.prompt) for run in runs]
    for row, run in zip(rows, runs, strict=True):
        run.result.activations = {site: means(seen[site][row], run.request.spans) for site in run.request.sites}
    index = torch.tensor(rows, device=model.device)
    cache.reorder_cache(index)
    return cache, logits[index]


def _ids(model: PreTrainedModel, sequences: Sequence[Tokens]) -> torch.Tensor:
    return torch.tensor(list(sequences), device=model.device)
