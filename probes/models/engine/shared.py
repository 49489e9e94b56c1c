"""Requests in batches over a shared prefix cache: grouped by common beginning, halved where memory runs out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probes.models.engine.budget import Budget, out_of_memory, release
from probes.models.engine.requests import Request, Result, SampleIds, ScoreIds, label
from probes.models.engine.sample import Run, Sampler
from probes.models.engine.score import score
from probes.models.engine.trunk import Trunk


def answer(
    trunk: Trunk, requests: Sequence[Request], chosen: Sequence[int], budget: Budget
) -> Iterator[tuple[int, Result]]:
    """Yield `(index, result)` for the chosen requests as they finish."""
    order = sorted(chosen, key=lambda index: requests[index].prompt)
    scored = [index for index in order if isinstance(requests[index], ScoreIds)]
    for group in _groups(trunk, requests, scored, budget.batch_tokens):
        yield from _score(trunk, requests, group, budget.batch_tokens)
        trunk.cache.evict()
    runs = [Run(i, request, label(requests, i)) for i in order if isinstance(request := requests[i], SampleIds)]
    if runs:
        yield from _sample(trunk, runs, budget)
        trunk.cache.evict()


def _groups(trunk: Trunk, requests: Sequence[Request], order: Sequence[int], limit: int) -> Iterator[list[int]]:
    """Neighbours whose tokens that are not yet in the cache come to about `limit`."""
    group: list[int] = []
    new = 0
    for index in order:
        request = requests[index]
        assert isinstance(request, ScoreIds)
        for target in request.targets or ((0,),):
            new += trunk.cache.insert(request.prompt + target[:-1])[1]
        group.append(index)
        if new >= limit:
            yield group
            group, new = [], 0
    if group:
        yield group


def _score(trunk: Trunk, requests: Sequence[Request], group: Sequence[int], limit: int) -> list[tuple[int, Result]]:
    """One batch; where memory runs out, its halves, and for a single request smaller passes."""
    items = [request for index in group if isinstance(request := requests[index], ScoreIds)]
    try:
        return list(zip(group, score(trunk, items, [label(requests, index) for index in group], limit), strict=True))
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
    trunk.cache.evict()
    release()
    if len(group) > 1:
        half = len(group) // 2
        return [pair for part in (group[:half], group[half:]) for pair in _score(trunk, requests, part, limit)]
    if limit > trunk.cache.run:
        return _score(trunk, requests, group, limit // 2)
    raise _too_large(label(requests, group[0]), items[0])


def _sample(trunk: Trunk, runs: Sequence[Run], budget: Budget) -> Iterator[tuple[int, Result]]:
    """All continuations; where memory runs out, those not finished go on in half the rows, then in smaller passes."""
    sampler = Sampler(trunk, runs, budget.batch_tokens, budget.rows, budget.row_bytes)
    while sampler.unfinished:
        try:
            for run in sampler.finish():
                yield run.index, run.result
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
            if not sampler.back_off(trunk.cache.run):
                raise _too_large(sampler.unfinished[0].name, sampler.unfinished[0].request) from None
        trunk.cache.evict()
        release()


def _too_large(name: str, request: Request) -> MemoryError:
    return MemoryError(f"{name}: {request.length} positions do not fit into memory even alone")
