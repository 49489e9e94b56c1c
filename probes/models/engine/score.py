"""Scoring: every position a target reads goes through the output head once, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from probes.models.engine.cache import Tokens
from probes.models.engine.draw import finite, log_softmax
from probes.models.engine.requests import ScoredIds, ScoreIds
from probes.models.engine.trunk import Trunk

READ_ROWS = 256
"""Rows over the vocabulary that the output head computes at once."""
KEPT_BYTES = 2**29
"""Of rows over the vocabulary that requests ask for: as many requests are answered before the first rows are given
away. A row of 262,144 float32 numbers is a megabyte."""


@dataclass
class Read:
    """The last `count` positions of a sequence, and the `(request, target)` pairs that read them."""

    tokens: Tokens
    count: int
    name: str
    readers: list[tuple[int, int]] = field(default_factory=list)


def reads(requests: Sequence[ScoreIds], names: Sequence[str]) -> list[Read]:
    """Every distinct thing to read once. The last token of a target is only read, never fed."""
    found: dict[tuple[Tokens, int], Read] = {}
    for at, request in enumerate(requests):
        for index, target in enumerate(request.targets):
            key = (request.prompt + target[:-1], len(target))
            found.setdefault(key, Read(*key, names[at])).readers.append((at, index))
    return list(found.values())


def portions(requests: Sequence[Any], indices: Sequence[int], model: Any) -> Iterator[list[int]]:
    """Scored requests in portions: all that want no rows over the vocabulary, then those that do, in their own order,
    so that the rows of one question are there together and soon gone."""
    yield [index for index in indices if not requests[index].full]
    vocabulary = model.get_input_embeddings().weight.shape[0]
    portion: list[int] = []
    kept = 0
    for index in sorted(index for index in indices if requests[index].full):
        size = 4 * vocabulary * sum(map(len, requests[index].targets))
        if portion and kept + size > KEPT_BYTES:
            yield portion
            portion, kept = [], 0
        portion.append(index)
        kept += size
    yield portion


def blank(request: ScoreIds) -> ScoredIds:
    """A result still to be filled in."""
    empty: list = [None] * len(request.targets)
    return ScoredIds(list(empty), list(empty) if request.full else None)


def fill_in(
    logits: torch.Tensor, slab: Sequence[Read], requests: Sequence[ScoreIds], results: Sequence[ScoredIds]
) -> None:
    """Write what the readers want from the logits of a slab of reads, `[sum of counts, vocabulary]`."""
    rows, names, places, start = log_softmax(logits), [], [], 0
    for read in slab:
        names += [read.name] * read.count
        for at, index in read.readers:
            places += [(start + k, token) for k, token in enumerate(requests[at].targets[index])]
            full = results[at].rows
            if full is not None:
                full[index] = rows[start : start + read.count].cpu().numpy()
        start += read.count
    row, token = torch.tensor(places, device=rows.device).T
    told = torch.cat([rows[row, token], rows.sum(dim=-1)]).cpu().numpy()  # one trip to the host for all readers
    finite(told[len(places) :].tolist(), names)
    for read in slab:
        for at, index in read.readers:
            results[at].logprobs[index], told = told[: read.count], told[read.count :]


def score(trunk: Trunk, requests: Sequence[ScoreIds], names: Sequence[str], limit: int) -> list[ScoredIds]:
    """Answer a batch of requests through the prefix cache, in passes of about `limit` tokens."""
    wanted = reads(requests, names)
    ends = trunk.fill([*(request.prompt for request in requests), *(read.tokens for read in wanted)], limit)
    results = [blank(request) for request in requests]
    hidden = {id(read): trunk.hidden(end, read.count) for read, end in zip(wanted, ends[len(requests) :], strict=True)}
    for slab in _slabs(wanted):
        fill_in(trunk.logits(torch.cat([hidden[id(read)] for read in slab])), slab, requests, results)
    for request, result, end in zip(requests, results, ends, strict=False):
        result.activations = trunk.activations(end, request.spans) if request.sites else {}
    return results


def _slabs(wanted: Sequence[Read]) -> Iterator[list[Read]]:
    slab: list[Read] = []
    for read in wanted:
        if slab and sum(part.count for part in slab) + read.count > READ_ROWS:
            yield slab
            slab = []
        slab.append(read)
    if slab:
        yield slab
