"""The parity self-check: do engine, plain transformers and TransformerBridge agree on this model, here, now?"""

from __future__ import annotations

import importlib.metadata
import json
import logging
import platform
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from probes.core.files import write_json
from probes.models.bridge import bridged
from probes.models.code import code_digest
from probes.models.gguf import LoadError
from probes.models.hashes import cache_root
from probes.models.local import LocalModel
from probes.models.rehearse import bridge_gap, rehearsed, verdict
from probes.models.shapes import SHAPES, shape

_WIDER = "take dtype='bfloat16' or 'float32'"
BRIDGE_LIMIT = 1_000_000_000
"""Parameters up to which a copy for TransformerBridge is made at load; above, and for the null model, `interlocutor
check MODEL` does it."""


def checked(model: LocalModel, bridge: bool = False) -> dict[str, Any]:
    """The check's result for a model, from the cache where this model was checked by this code on a machine like this.

    `bridge` insists on the bridge. Raises LoadError where the model gives no numbers, or cannot compute at its dtype.
    """
    path = cache_root() / "checks" / f"{_key(model)[:32]}.json"
    known = _read(path)
    if known and (known["bridge"]["passed"] is not None or not bridge):
        return known
    try:
        result = parity(model, bridge)
    except (FloatingPointError, RuntimeError) as error:
        raise LoadError(_unable(model, error)) from error
    try:
        write_json(path, result)
    except OSError as error:  # a read-only home must not stop a run
        logging.getLogger(__name__).warning("check result not cached: %s", error)
    return result


def _key(model: LocalModel) -> str:
    """What a verdict depends on: the model with the code that answers, this code, its libraries and the processor."""
    import torch

    libraries = [importlib.metadata.version(name) for name in ("torch", "transformers", "transformer-lens", "numpy")]
    processor = [platform.machine(), torch.backends.cpu.get_cpu_capability()]
    return code_digest(model.fingerprint, model.info["device"], parity, type(model), libraries, processor)


def require(model: LocalModel) -> None:
    """Record the check in `model.info`; raise LoadError where batch, engine or template disagree."""
    result = checked(model)
    model.info["checks"] = result
    if bad := failed(result):
        raise LoadError(f"{model.name} fails its self-check ({bad}); its numbers would be wrong")


def failed(result: Mapping[str, Mapping[str, Any]]) -> str:
    """The checks that failed, in words, without TransformerBridge: it computes no answer of ours."""
    bad = {name: told for name, told in result.items() if told["passed"] is False and name != "bridge"}
    return ", ".join(f"{name}: {in_words(told)}" for name, told in bad.items())


def in_words(told: Mapping[str, Any]) -> str:
    """What a check found.

    Examples
    --------
    >>> in_words({"passed": True, "largest_difference": 2.1e-05})
    '2.1e-05 nats'
    """
    if "largest_difference" in told:
        gap = told["largest_difference"]
        return f"{gap:.1e} nats" if isinstance(gap, float) else f"{gap} nats"
    if "tokens" in told:
        return f"{told['tokens']} tokens, {'the same' if told['passed'] else 'not those'} of apply_chat_template"
    return f"option mass {told['mass']:.3f}" if "mass" in told else str(told.get("reason", ""))


def _unable(model: LocalModel, error: Exception) -> str:
    said = f"{model.name} cannot answer even the self-check ({' '.join(str(error).split())[:300]})"
    dtype = model.info["dtype"]
    if not isinstance(error, FloatingPointError):
        remedy = "is its config.json as it was published?" if dtype == "float32" else "try dtype='float32'"
        return f"{said}; {remedy}"
    return f"{said}; {'float16 overflows on it: ' + _WIDER if dtype == 'float16' else 'its weights are damaged'}"


def parity(model: LocalModel, bridge: bool = False) -> dict[str, Any]:
    """Name of a check -> largest difference in nats with `passed` true, false or None (not run, with the reason)."""
    tolerance = model.engine.noise.bound()
    shapes = {name: shape(model, *one) for name, one in SHAPES.items()}
    prompts = [shapes[name][0] for name in ("one turn", "system turn", "open user turn") if shapes[name][0]]
    told = {f"template, {name}": same for name, (_, same) in shapes.items()}
    found = rehearsed(model.engine, prompts, tolerance)
    return {**told, **found, "bridge": _bridge(model, prompts, tolerance, bridge)}


def _bridge(model: LocalModel, prompts: list[Any], tolerance: float, insist: bool) -> dict[str, Any]:
    size = sum(weight.numel() for weight in model.model.parameters())
    if not insist and (size > BRIDGE_LIMIT or model.info["kind"] == "tiny"):  # importing the bridge takes a second
        return {"passed": None, "reason": f"{size:,} parameters: run `interlocutor check {model.info['source']}`"}
    try:
        forward = partial(bridged(model), return_type="logits", prepend_bos=False)
        gap = bridge_gap(model.model, forward, prompts)
    except Exception as error:  # an architecture without adapter is a finding, not a failure of the run
        return {"passed": None, "reason": f"TransformerBridge cannot take this model: {type(error).__name__}: {error}"}
    # TransformerLens forces eager attention, whose float32 sums differ from the fused kernel's in the fourth decimal.
    return verdict(gap, 10 * tolerance)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
