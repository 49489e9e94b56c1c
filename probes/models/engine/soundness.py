"""Whether prefixes may be shared on a model: what its configuration says, then what a comparison finds."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from transformers import PreTrainedConfig

from probes.models.engine.rounding import READ, Noise, Reference, distance
from probes.models.engine.trunk import Trunk

_KNOWN = {"full_attention", "sliding_attention"}
_LEAST = 1e-3
"""Nats by which a likely token may move even where the model's own noise happens to be nothing."""
_USELESS = 0.1
"""Nats of divergence between two runs of the same model above which a comparison could not see a fault."""
_PASS = 24
"""Tokens a pass of the comparison: it takes several."""


@dataclass(frozen=True)
class Verdict:
    """Whether sharing is sound, why or why not, and what was measured (nats)."""

    sound: bool
    why: str
    figures: dict[str, float] = field(default_factory=dict)


def soundness(trunk: Trunk, reference: Reference) -> Verdict:
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
        return _judged(*_compare(trunk, reference), reference.noise)
    except Exception as error:
        return Verdict(False, f"the packed pass failed: {type(error).__name__}: {error}")
    finally:
        trunk.cache.clear()


def _judged(kl: float, gap: float, noise: Noise) -> Verdict:
    """NaN is never below a bound, so it never passes."""
    most, wide = noise.bound(_LEAST), noise.wide(_LEAST)
    said = f"likely tokens differ by at most {gap:.1e} nats from one-by-one inference (bound {most:.1e}), "
    said += f"the divergence is {kl:.1e} (bound {wide:.1e})"
    figures = {"kl": kl, "largest_difference": gap, "own_kl": noise.kl, "own_largest_difference": noise.gap}
    if noise.kl > _USELESS:
        return Verdict(False, f"the model differs from itself too much at this precision to tell; {said}", figures)
    return Verdict(gap <= most and kl <= wide, said, figures)


def _rope(config: PreTrainedConfig) -> set[str]:
    given = getattr(config, "rope_parameters", None) or {}
    return {str(part.get("rope_type")) for part in [given, *given.values()] if isinstance(part, dict)}


@torch.inference_mode()
def _compare(trunk: Trunk, reference: Reference) -> tuple[float, float]:
    """Mean KL and largest difference of the likely tokens: ours from the model's own."""
    trunk.fill(reference.sequences[:1], _PASS)
    ends = trunk.fill(reference.sequences, _PASS)
    ours = [trunk.logits(trunk.hidden(end, READ)).double().log_softmax(-1) for end in ends]
    kl, gap = torch.tensor([distance(*pair) for pair in zip(reference.rows, ours, strict=True)]).T
    return float(kl.mean()), float(gap.max())
