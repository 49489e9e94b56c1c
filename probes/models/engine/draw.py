"""From logits to tokens: log-probabilities read in float32 or better, and draws that depend on (seed, step) alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch

from probes.models.engine.requests import SampleIds

_GROUP = 256
_HEAD = 1024
"""Likeliest tokens that are sorted first where a share of the probability is wanted."""
_CACHED = 8
"""Rows over the vocabulary that a CPU works on at once: they stay in its cache, three times faster than all."""


def precise(logits: torch.Tensor) -> torch.Tensor:
    """In float32, or in float64 where the model computes in it."""
    return logits if logits.dtype == torch.float64 else logits.float()


def log_softmax(logits: torch.Tensor) -> torch.Tensor:
    """Log-softmax of `[rows, vocabulary]` in float32 or better; on a CPU it may take the place of the logits."""
    rows = precise(logits)
    if rows.device.type != "cpu":
        return torch.log_softmax(rows, dim=-1)
    for part in rows.split(_CACHED):
        torch.log_softmax(part, dim=-1, out=part)
    return rows


def finite(sums: Sequence[float], names: Sequence[str]) -> None:
    """Take the sums of rows, on the host, as a proof that their values are finite: whatever is not stays in the sum.

    Raises
    ------
    FloatingPointError
        Naming the item of the first row that is not.
    """
    bad = next((name for value, name in zip(sums, names, strict=True) if not math.isfinite(value)), None)
    if bad is not None:
        raise FloatingPointError(f"{bad}: the model gave logits that are not finite")


def entropy(rows: torch.Tensor) -> torch.Tensor:
    """Shannon entropy in nats of each row of log-probabilities."""
    size = _CACHED if rows.device.type == "cpu" else len(rows)
    return torch.cat([-torch.linalg.vecdot(part.exp(), part) for part in rows.split(size)])


def draw(rows: torch.Tensor, requests: Sequence[SampleIds], steps: Sequence[int]) -> torch.Tensor:
    """One token `[row]` per row from log-probabilities `[rows, vocabulary]`; of tied ones, greedily, the first.

    Exponential race (`argmin E / p`, the Gumbel-max draw) in two stages, block of the vocabulary and token within it:
    the law is exactly `p`, and a rounding difference in `p` changes the winner with about that probability only, which
    is what makes draws independent of the batch. (With an inverse CDF every one of 49k boundaries would move a little.)
    """
    heats = [request.temperature for request in requests]
    if not any(heats):
        return rows.argmax(dim=-1)
    heat = torch.tensor(heats, device=rows.device) if set(heats) != {1.0} else None
    weights = _filtered(_weights(rows, heat), requests)
    tokens = _race(weights, [(request.seed, step) for request, step in zip(requests, steps, strict=True)])
    return tokens if all(heats) or heat is None else torch.where(heat == 0, rows.argmax(dim=-1), tokens)


def _race(weights: torch.Tensor, keys: Sequence[tuple[int, int]]) -> torch.Tensor:
    count, size = weights.shape
    lacking = -size % _GROUP
    blocks = (torch.nn.functional.pad(weights, (0, lacking)) if lacking else weights).view(count, -1, _GROUP)
    mass = blocks.sum(dim=-1)
    noise = [_noise(seed, step, mass.shape[1] + _GROUP) for seed, step in keys]
    clocks = torch.as_tensor(np.stack(noise), device=weights.device)
    block = (clocks[:, : mass.shape[1]] / mass).argmin(dim=-1)
    within = blocks[torch.arange(count, device=weights.device), block]
    token = (clocks[:, mass.shape[1] :] / within).argmin(dim=-1)
    return block * _GROUP + token


def _noise(seed: int, step: int, count: int) -> np.ndarray:
    key = np.array([seed & 0xFFFFFFFFFFFFFFFF, step], dtype=np.uint64)
    clocks = np.random.Generator(np.random.Philox(key=key)).standard_exponential(count, dtype=np.float32)
    return np.maximum(clocks, np.float32(1e-30))


def _weights(rows: torch.Tensor, heat: torch.Tensor | None) -> torch.Tensor:
    """Unnormalised probabilities after temperature `[row]`; None where all are 1."""
    if heat is None:
        return rows.exp()
    hot = heat.clamp(min=1e-6)[:, None]
    size = _CACHED if rows.device.type == "cpu" else len(rows)
    pairs = zip(rows.split(size), hot.split(size), strict=True)
    return torch.cat([torch.softmax((part - part.amax(dim=-1, keepdim=True)) / own, dim=-1) for part, own in pairs])


def _filtered(weights: torch.Tensor, requests: Sequence[SampleIds]) -> torch.Tensor:
    """Without what top-k, then top-p, then min-p leave out; the likeliest token and what is tied with the last one that
    is kept always stay."""
    size = weights.shape[1]
    knobs = [(min(one.top_k or size, size), one.top_p, one.min_p) for one in requests]
    if set(knobs) <= {(size, 1.0, 0.0)}:
        return weights
    kept, mass, least = torch.tensor(knobs, dtype=torch.float64, device=weights.device).T
    floor = least * weights.amax(dim=-1)
    if any(count < size or share < 1 for count, share, _ in knobs):
        floor = torch.maximum(floor, _last_kept(weights, kept.long(), mass, knobs))
    return torch.where(weights >= floor.to(weights.dtype)[:, None], weights, 0.0)


def _last_kept(
    weights: torch.Tensor, kept: torch.Tensor, mass: torch.Tensor, knobs: Sequence[tuple[int, float, float]]
) -> torch.Tensor:
    """The least probability `[row]` that survives top-k and top-p."""
    size = weights.shape[1]
    ranked = _ranked(weights, [(count, share) for count, share, _ in knobs])
    sums = ranked.double().cumsum(dim=-1)
    last = kept.clamp(max=ranked.shape[1])[:, None] - 1
    shares = sums / torch.where((kept < size)[:, None], sums.gather(1, last), 1.0)
    needed = (shares < mass[:, None]).sum(dim=-1, keepdim=True)
    needed = torch.where((mass < 1)[:, None], needed.minimum(last), last)
    floor = ranked.gather(1, needed)[:, 0]
    return torch.where((kept < size) | (mass < 1), floor, 0.0)


def _ranked(weights: torch.Tensor, asked: Sequence[tuple[int, float]]) -> torch.Tensor:
    """The largest of every row in order `[row, rank]`, as many as are asked for: (how many, which share of them). Where
    a share of all is wanted, a partial sort usually holds it."""
    size = weights.shape[1]
    most = max((count for count, _ in asked if count < size), default=1)
    shares = [share if count == size and share < 1 else 0.0 for count, share in asked]
    if not any(shares):
        return torch.topk(weights, most).values
    head = torch.topk(weights, min(size, max(most, _HEAD))).values
    wanted = torch.tensor(shares, dtype=torch.float64, device=weights.device)
    enough = head.shape[1] == size or bool((head.sum(dim=-1, dtype=torch.float64) >= wanted).all())
    return head if enough else torch.topk(weights, size).values
