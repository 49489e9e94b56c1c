"""From logits to tokens: log-probabilities read in float32 or better, and draws that depend on (seed, step) alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from probes.models.engine.requests import SampleIds

_GROUP = 256
_CACHED = 8
"""Rows over the vocabulary that a CPU works on at once: they stay in its cache, three times faster than all."""


def precise(logits: torch.Tensor) -> torch.Tensor:
    """In float32, or in float64 where the model computes in it."""
    return logits if logits.dtype == torch.float64 else logits.float()


def log_softmax(logits: torch.Tensor, names: Sequence[str]) -> torch.Tensor:
    """Log-softmax of `[rows, vocabulary]` in float32 or better; on a CPU it may take the place of the logits.

    Raises
    ------
    FloatingPointError
        If a row is not finite, naming its item.
    """
    rows = precise(logits)
    if rows.device.type == "cpu":
        for part in rows.split(_CACHED):
            torch.log_softmax(part, dim=-1, out=part)
    else:
        rows = torch.log_softmax(rows, dim=-1)
    bad = ~torch.isfinite(rows.sum(dim=-1))  # one pass: anything that is not finite stays so in the sum
    if bad.any():
        raise FloatingPointError(f"{names[int(bad.nonzero()[0])]}: the model gave logits that are not finite")
    return rows


def entropy(rows: torch.Tensor) -> torch.Tensor:
    """Shannon entropy in nats of each row of log-probabilities."""
    size = _CACHED if rows.device.type == "cpu" else len(rows)
    return torch.cat([-torch.linalg.vecdot(part.exp(), part) for part in rows.split(size)])


def draw(rows: torch.Tensor, requests: Sequence[SampleIds], steps: Sequence[int]) -> list[int]:
    """One token per row from log-probabilities `[rows, vocabulary]`.

    Exponential race (`argmin E / p`, the Gumbel-max draw) in two stages, block of the vocabulary and token within it:
    the law is exactly `p`, and a rounding difference in `p` changes the winner with about that probability only, which
    is what makes draws independent of the batch. (With an inverse CDF every one of 49k boundaries would move a little.)
    """
    cold = [row for row, request in enumerate(requests) if request.temperature == 0]
    warm = [row for row, request in enumerate(requests) if request.temperature > 0]
    tokens = dict(zip(cold, _pick(rows, cold).argmax(dim=-1).tolist() if cold else [], strict=True))
    if warm:
        weights = _weights(_pick(rows, warm), [requests[row] for row in warm])
        keys = [(requests[row].seed, steps[row]) for row in warm]
        tokens.update(zip(warm, _race(weights, keys), strict=True))
    return [tokens[row] for row in range(len(requests))]


def _pick(rows: torch.Tensor, chosen: list[int]) -> torch.Tensor:
    return rows if len(chosen) == len(rows) else rows[chosen]


def _race(weights: torch.Tensor, keys: Sequence[tuple[int, int]]) -> list[int]:
    count, size = weights.shape
    blocks = torch.nn.functional.pad(weights, (0, -size % _GROUP)).view(count, -1, _GROUP)
    mass = blocks.sum(dim=-1)
    noise = [_noise(seed, step, mass.shape[1] + _GROUP) for seed, step in keys]
    clocks = torch.from_numpy(np.stack(noise)).to(weights.device)
    block = (clocks[:, : mass.shape[1]] / mass).argmin(dim=-1)
    within = blocks[torch.arange(count, device=weights.device), block]
    token = (clocks[:, mass.shape[1] :] / within).argmin(dim=-1)
    return (block * _GROUP + token).tolist()


def _noise(seed: int, step: int, count: int) -> np.ndarray:
    key = np.array([seed & 0xFFFFFFFFFFFFFFFF, step], dtype=np.uint64)
    clocks = np.random.Generator(np.random.Philox(key=key)).standard_exponential(count, dtype=np.float32)
    return np.maximum(clocks, np.float32(1e-30))


def _weights(rows: torch.Tensor, requests: Sequence[SampleIds]) -> torch.Tensor:
    """Unnormalised probabilities after temperature and filters; the likeliest token always stays."""
    if all(request.temperature == 1 for request in requests):
        weights = rows.exp()
    else:
        heat = torch.tensor([max(request.temperature, 1e-6) for request in requests], device=rows.device)
        size = _CACHED if rows.device.type == "cpu" else len(rows)
        weights = torch.cat(
            [
                torch.softmax((part - part.amax(dim=-1, keepdim=True)) / hot[:, None], dim=-1)
                for part, hot in zip(rows.split(size), heat.split(size), strict=True)
            ]
        )
    for row, request in enumerate(requests):
        if request.top_k or request.top_p < 1 or request.min_p:
            weights[row] = torch.where(weights[row] >= _floor(weights[row], request), weights[row], 0.0)
    return weights


def _floor(weights: torch.Tensor, request: SampleIds) -> float:
    """The least probability that survives top-k, then top-p, then min-p; tokens tied with it survive too."""
    floor = 0.0
    size = weights.shape[0]
    kept = min(request.top_k or size, size)
    if kept < size or request.top_p < 1:
        ranked = _ranked(weights, kept, request.top_p if kept == size else 1.0)
        floor = float(ranked[-1]) if kept < size else 0.0
        if request.top_p < 1:
            share = torch.cumsum(ranked.double(), 0) / (ranked.sum(dtype=torch.float64) if kept < size else 1.0)
            needed = int((share < request.top_p).sum())
            floor = float(ranked[min(needed, len(ranked) - 1)])
    return max(floor, request.min_p * float(weights.max()))


def _ranked(weights: torch.Tensor, kept: int, mass: float) -> torch.Tensor:
    """The largest `kept` in order; where only `mass` is wanted, a partial sort that usually holds it."""
    if kept == weights.shape[0] and kept > 1024:
        head = torch.topk(weights, 1024).values
        if float(head.sum(dtype=torch.float64)) >= mass:
            return head
    return torch.topk(weights, kept).values
