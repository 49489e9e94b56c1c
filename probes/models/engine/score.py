"""Scoring: every position a target reads goes through the output head once, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch

from probes.models.engine.draw import entropy, log_softmax
from probes.models.engine.requests import ScoredIds, ScoreIds
from probes.models.engine.trunk import Trunk

READ_ROWS = 256
"""Rows over the vocabulary held at once."""


@dataclass
class Read:
    """The last `count` positions of a sequence, and the `(request, target)` pairs that read them."""

    hidden: torch.Tensor
    name: str
    readers: list[tuple[int, int]] = field(default_factory=list)


def score(trunk: Trunk, requests: Sequence[ScoreIds], names: Sequence[str], limit: int) -> list[ScoredIds]:
    """Answer a batch of requests in passes of about `limit` tokens."""
    keys = [(at, target) for at, request in enumerate(requests) for target in range(len(request.targets))]
    tokens = [requests[at].prompt + requests[at].targets[target][:-1] for at, target in keys]
    found = trunk.fill([*(request.prompt for request in requests), *tokens], limit)
    prompts, ends = found[: len(requests)], found[len(requests) :]
    reads: dict[tuple[int, int], Read] = {}
    for (at, target), end in zip(keys, ends, strict=True):
        count = len(requests[at].targets[target])
        if (id(end), count) not in reads:
            reads[id(end), count] = Read(trunk.hidden(end, count), names[at])
        reads[id(end), count].readers.append((at, target))
    results = [_blank(request) for request in requests]
    for slab in _slabs(list(reads.values())):
        _read(trunk, slab, requests, results)
    for request, result, end in zip(requests, results, prompts, strict=True):
        result.activations = trunk.activations(end, request.spans) if request.sites else {}
    return results


def _blank(request: ScoreIds) -> ScoredIds:
    empty: list = [None] * len(request.targets)
    return ScoredIds(list(empty), list(empty), list(empty) if request.full else None)


def _slabs(reads: Sequence[Read]) -> Iterator[list[Read]]:
    slab: list[Read] = []
    for read in reads:
        if slab and sum(len(r.hidden) for r in slab) + len(read.hidden) > READ_ROWS:
            yield slab
            slab = []
        slab.append(read)
    if slab:
        yield slab


def _read(trunk: Trunk, slab: Sequence[Read], requests: Sequence[ScoreIds], results: Sequence[ScoredIds]) -> None:
    rows = log_softmax(
        trunk.logits(torch.cat([read.hidden for read in slab])), [read.name for read in slab for _ in read.hidden]
    )
    spread = entropy(rows).cpu().numpy()
    start = 0
    for read in slab:
        stop = start + len(read.hidden)
        for at, target in read.readers:
            ids = torch.tensor(requests[at].targets[target], device=rows.device)
            result = results[at]
            result.logprobs[target] = rows[start:stop].gather(1, ids[:, None])[:, 0].cpu().numpy()
            result.entropies[target] = spread[start:stop].copy()
            if result.rows is not None:
                result.rows[target] = rows[start:stop].cpu().numpy()
        start = stop
