"""Requests in batches over a shared prefix cache: grouped by common beginning, halved where memory runs out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probes.models.engine.budget import Budget, halving, out_of_memory, release, too_large
from probes.models.engine.requests import Request, Result, SampleIds, ScoreIds, label
from probes.models.engine.sample import Run, Sampler
from probes.models.engine.score import portions, score
from probes.models.engine.trunk import Trunk


def answer(
    trunk: Trunk, requests: Sequence[Request], chosen: Sequence[int], budget: Budget
) -> Iterator[tuple[int, Result]]:
    """Yield `(index, result)` for the chosen requests as they finish."""
    order = sorted(chosen, key=lambda index: requests[index].prompt)
    scored = [index for index in order if isinstance(requests[index], ScoreIds)]
    for portion in portions(requests, scored, trunk.model):
        for group in _groups(trunk, requests, portion, budget.batch_tokens):
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


def _score(trunk: Trunk, requests: Sequence[Request], group: Sequence[int], limit: int) -> Iterator[tuple[int, Result]]:
    """One batch; where memory runs out, its halves, and for a single request smaller passes."""

    def compute(part: list[int]) -> list[tuple[int, Result]]:
        items = [request for index in part if isinstance(request := requests[index], ScoreIds)]
        size = limit
        while True:
            try:
                return list(zip(part, score(trunk, items, [label(requests, i) for i in part], size), strict=True))
            except (RuntimeError, MemoryError) as error:
                trunk.cache.evict()
                if len(part) > 1 or size <= trunk.cache.run or not out_of_memory(error):
                    raise
            size //= 2
            release()

    return halving(list(group), compute, lambda index: (label(requests, index), requests[index].length))


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
                first = sampler.unfinished[0]
                raise too_large(first.name, first.request.length) from None
        trunk.cache.evict()
        release()
