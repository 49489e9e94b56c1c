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
from probes.models.engine.score import Read, blank, fill_in, portions, reads

Item = TypeVar("Item")


def answer(
    model: PreTrainedModel, requests: Sequence[Request], budget: Budget, cached: bool
) -> Iterator[tuple[int, Result]]:
    """Yield `(index, result)` for every request; continuations step by step with a cache, or whole at every step."""
    scored = [index for index, request in enumerate(requests) if isinstance(request, ScoreIds)]
    for portion in portions(requests, scored, model):
        asked = [request for index in portion if isinstance(request := requests[index], ScoreIds)]
        results = _score(model, asked, [label(requests, index) for index in portion], budget)
        yield from zip(portion, results, strict=True)
    runs = [Run(i, request, label(requests, i)) for i, request in enumerate(requests) if isinstance(request, SampleIds)]
    for batch in _alike(runs, lambda run: (len(run.request.prompt), run.request.sites), lambda _: budget.rows):
        for run in halving(
            batch, lambda part: _sample(model, part, cached), lambda run: (run.name, run.request.length)
        ):
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
        logits = _last(model, [read.tokens for read in batch], batch[0].count)
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


def steps_with_cache(model: PreTrainedModel, tolerance: float) -> tuple[bool, str]:
    """(whether, why): does the model with transformers' cache, a row dropped, go on as it does without one?

    Caches of recurrent and mixed layers take other arguments, or restart positions, without a word.
    """
    size = model.get_input_embeddings().weight.shape[0]
    rows = [tuple((7 * at * at + 5 * row + 3) % size for at in range(14)) for row in range(2)]
    try:
        cache = DynamicCache(config=model.config)
        model(input_ids=_ids(model, [row[:10] for row in rows]), past_key_values=cache)
        cache.reorder_cache(torch.tensor([1], device=model.device))
        stepped = [
            model(input_ids=_ids(model, [(token,)]), past_key_values=cache).logits[0, -1] for token in rows[1][10:]
        ]
        whole = _last(model, [rows[1]], len(stepped))[0]
    except Exception as error:  # whatever a model raises that wants another cache
        return False, f"it does not go on from a cache ({type(error).__name__}: {error})"
    gap = float((torch.stack(stepped).double().log_softmax(-1) - whole.double().log_softmax(-1)).abs().max())
    return gap <= tolerance, f"with a cache it differs by {gap:.1e} nats from itself without (bound {tolerance:g})"


def _last(model: PreTrainedModel, sequences: Sequence[Tokens], count: int) -> torch.Tensor:
    """Logits `[row, count, vocabulary]` at the last positions. Models that do not know how to leave out the others give
    all, so they are cut."""
    return model(input_ids=_ids(model, sequences), use_cache=False, logits_to_keep=count).logits[:, -count:]


def _sample(model: PreTrainedModel, runs: Sequence[Run], cached: bool) -> list[Run]:
    """Prompts of one length to their ends; rows leave as they finish, equal prompts enter as copies of one state."""
    runs = [Run(run.index, run.request, run.name) for run in runs]
    running = list(runs)
    cache, logits = _prefill(model, runs, cached)
    while running:
        done = choose(log_softmax(logits), running)
        kept = [slot for slot in range(len(running)) if slot not in done]
        running = [running[slot] for slot in kept]
        if running and cache is not None:
            cache.reorder_cache(torch.tensor(kept, device=model.device))
            tokens = _ids(model, [(run.result.ids[-1],) for run in running])
            logits = model(input_ids=tokens, past_key_values=cache).logits[:, -1]
        elif running:
            logits = _last(model, [run.tokens for run in running], 1)[:, -1]
    return runs


def _prefill(model: PreTrainedModel, runs: Sequence[Run], cached: bool) -> tuple[DynamicCache | None, torch.Tensor]:
    """Cache, if any, and last logits of every run's prompt."""
    prompts = list(dict.fromkeys(run.request.prompt for run in runs))
    cache = DynamicCache(config=model.config) if cached else None
    keeping = {"past_key_values": cache} if cached else {"use_cache": False}
    with capture(model, runs[0].request.sites) as seen:
        logits = model(input_ids=_ids(model, prompts), logits_to_keep=1, **keeping).logits[:, -1]
    rows = [prompts.index(run.request.prompt) for run in runs]
    for row, run in zip(rows, runs, strict=True):
        run.result.activations = {site: means(seen[site][row], run.request.spans) for site in run.request.sites}
    index = torch.tensor(rows, device=model.device)
    if cache is not None:
        cache.reorder_cache(index)
    return cache, logits[index]


def _ids(model: PreTrainedModel, sequences: Sequence[Tokens]) -> torch.Tensor:
    return torch.tensor(list(sequences), device=model.device)
