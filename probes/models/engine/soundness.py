"""Whether prefixes may be shared on a model: what its configuration says, then what a comparison finds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from transformers import PreTrainedConfig

from probes.models.engine.trunk import Trunk

_KNOWN = {"full_attention", "sliding_attention"}
ROUNDING = {torch.float32: 1e-3, torch.float64: 1e-3, torch.float16: 0.02, torch.bfloat16: 0.1}
"""Nats by which a likely token may move at each precision even where the model's own noise happens to be nothing."""
_NOISE = 4.0
"""How many times the model's own noise the difference may be: both are of one size where sharing is exact, while a
wrong mask or position moves it hundreds of times further."""
_USELESS = 0.1
"""Nats of divergence between two runs of the same model above which a comparison could not see a fault."""
_LENGTH, _READ, _TAILS, _FOLLOW, _LIKELY = 24, 4, 6, 5, 20


@dataclass(frozen=True)
class Verdict:
    """Whether sharing is sound, why or why not, and what was measured (nats)."""

    sound: bool
    why: str
    figures: dict[str, float] = field(default_factory=dict)


def soundness(trunk: Trunk) -> Verdict:
    """Compares a small tree of sequences with the model's own log-probabilities, one by one, at this precision."""
    kinds = set(getattr(trunk.config, "layer_types", None) or ["full_attention"]) - _KNOWN
    if kinds or getattr(trunk.model, "_is_stateful", False):
        return Verdict(
            False, f"layers of kind {', '.join(sorted(kinds)) or 'recurrent'} keep a state that cannot be sliced"
        )
    if getattr(trunk.config, "attn_logit_softcapping", None):
        return Verdict(False, "attention scores are soft-capped")
    if _rope(trunk.config) & {"dynamic", "longrope"}:
        return Verdict(False, "rotary frequencies depend on the length of the whole batch")
    try:
        return _judged(_compare(trunk), ROUNDING.get(trunk.model.dtype, 0.1))
    except Exception as error:
        return Verdict(False, f"the packed pass failed: {type(error).__name__}: {error}")
    finally:
        trunk.cache.clear()


def _judged(figures: dict[str, float], rounding: float) -> Verdict:
    """NaN is never below a bound, so it never passes."""
    gap, kl = figures["largest_difference"], figures["kl"]
    most = max(rounding, _NOISE * figures["own_largest_difference"])
    wide = max(rounding**2 / 2, _NOISE * figures["own_kl"])  # a shift of d nats is a divergence of at most d * d / 2
    said = f"likely tokens differ by at most {gap:.1e} nats from one-by-one inference (bound {most:.1e}), "
    said += f"the divergence is {kl:.1e} (bound {wide:.1e})"
    if figures["own_kl"] > _USELESS:
        return Verdict(False, f"the model differs from itself too much at this precision to tell; {said}", figures)
    return Verdict(gap <= most and kl <= wide, said, figures)


def _rope(config: PreTrainedConfig) -> set[str]:
    given = getattr(config, "rope_parameters", None) or {}
    return {str(part.get("rope_type")) for part in [given, *given.values()] if isinstance(part, dict)}


@torch.inference_mode()
def _compare(trunk: Trunk) -> dict[str, float]:
    """Mean KL and largest difference of the likely tokens: ours from the model's, and the model's from its own where
    five more tokens follow, which change nothing in exact arithmetic, and every embedding is rounded the other way."""
    ours: list[tuple[float, float]] = []
    noise: list[tuple[float, float]] = []
    sequences = list(_sequences(trunk.model.get_input_embeddings().weight.shape[0]))
    trunk.fill(sequences[:1], _LENGTH)
    for tokens, end in zip(sequences, trunk.fill(sequences, _LENGTH), strict=True):
        alone = _alone(trunk, tokens)
        ours.append(_distance(alone, trunk.logits(trunk.hidden(end, _READ)).double().log_softmax(-1)))
        with _rounded(trunk.model.get_input_embeddings()):
            noise.append(_distance(alone, _alone(trunk, tokens, _FOLLOW)))
    (kl, gap), (own_kl, own_gap) = (torch.tensor(part).T for part in (ours, noise))
    return {
        "kl": float(kl.mean()), "largest_difference": float(gap.max()),
        "own_kl": float(own_kl.mean()), "own_largest_difference": float(own_gap.max()),
    }  # fmt: skip


def _sequences(size: int) -> Iterator[tuple[int, ...]]:
    stem = tuple((7 * at * at + 3) % size for at in range(_LENGTH))
    yield stem
    yield from (stem + tuple((11 * at + 5 * k + 1) % size for at in range(_READ + k)) for k in range(_TAILS))


@contextmanager
def _rounded(embedding: torch.nn.Module) -> Iterator[None]:
    """While open, embeddings are moved by one unit in the last place, up and down in turn."""

    def move(_module: torch.nn.Module, _given: object, out: torch.Tensor) -> torch.Tensor:
        signs = 1 - 2 * (torch.arange(out.shape[-1], device=out.device) % 2)
        return out * (1 + torch.finfo(out.dtype).eps * signs.to(out.dtype))

    handle = embedding.register_forward_hook(move)
    try:
        yield
    finally:
        handle.remove()


def _alone(trunk: Trunk, tokens: tuple[int, ...], follow: int = 0) -> torch.Tensor:
    """The model's own log-probabilities `[read, vocabulary]` at the last tokens of a sequence that others follow."""
    ids = torch.tensor([[*tokens, *range(follow)]], device=trunk.model.device)
    logits = trunk.model(input_ids=ids, use_cache=False).logits[0]
    return logits[len(tokens) - _READ : len(tokens)].double().log_softmax(-1)


def _distance(left: torch.Tensor, right: torch.Tensor) -> tuple[float, float]:
    """(mean KL(left || right), largest difference of the tokens likeliest under left), in nats."""
    right = right.to(left.device)
    likely = left.topk(min(_LIKELY, left.shape[-1])).indices
    kl = torch.where(left.isneginf(), 0.0, left.exp() * (left - right)).sum(-1)
    return float(kl.mean()), float((left - right).gather(-1, likely).abs().max())
