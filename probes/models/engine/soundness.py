"""Whether prefixes may be shared on a model: what its configuration says, then what a comparison finds."""

from __future__ import annotations

import torch
from transformers import PreTrainedConfig

from probes.models.engine.trunk import Trunk

_KNOWN = {"full_attention", "sliding_attention"}
_TOLERANCE = {torch.float32: 1e-3, torch.float64: 1e-3}
_LENGTH = 24


def soundness(trunk: Trunk) -> tuple[bool, str]:
    """(sound, why). Compares log-probabilities of a small tree of sequences with the model's own, one by one."""
    kinds = set(getattr(trunk.config, "layer_types", None) or ["full_attention"]) - _KNOWN
    if kinds or getattr(trunk.model, "_is_stateful", False):
        return False, f"layers of kind {', '.join(sorted(kinds)) or 'recurrent'} keep a state that cannot be sliced"
    if getattr(trunk.config, "attn_logit_softcapping", None):
        return False, "attention scores are soft-capped"
    if _rope(trunk.config) & {"dynamic", "longrope"}:
        return False, "rotary frequencies depend on the length of the whole batch"
    try:
        gap = _gap(trunk)
    except Exception as error:
        return False, f"the packed pass failed: {type(error).__name__}: {error}"
    finally:
        trunk.cache.clear()
    bound = _TOLERANCE.get(trunk.model.dtype, 0.2)
    return gap <= bound, f"log-probabilities differ by at most {gap:.1e} from one-by-one inference (bound {bound:g})"


def _rope(config: PreTrainedConfig) -> set[str]:
    given = getattr(config, "rope_parameters", None) or {}
    return {str(part.get("rope_type")) for part in [given, *given.values()] if isinstance(part, dict)}


@torch.inference_mode()
def _gap(trunk: Trunk) -> float:
    size = trunk.model.get_input_embeddings().weight.shape[0]
    stem = [(7 * at * at + 3) % size for at in range(_LENGTH)]
    tails = [[(11 * at + 5 * tail + 1) % size for at in range(4 + tail)] for tail in range(3)]
    sequences = [tuple(stem), *(tuple(stem + tail) for tail in tails)]
    trunk.fill(sequences[:1], _LENGTH)
    gap = 0.0
    for tokens, end in zip(sequences, trunk.fill(sequences, _LENGTH), strict=True):
        ids = torch.tensor([tokens], device=trunk.model.device)
        own = trunk.model(input_ids=ids, use_cache=False).logits[0, -4:].float().log_softmax(-1)
        ours = trunk.logits(trunk.hidden(end, 4)).log_softmax(-1)
        gap = max(gap, float((own - ours.to(own.device)).abs().max()))
    return gap
