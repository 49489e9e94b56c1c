"""The parity self-check: do engine, plain transformers and TransformerBridge agree on this model, here, now?"""

from __future__ import annotations

import importlib.metadata
import json
import logging
import math
import platform
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from probes.core import Choice, Choose, Reply
from probes.core.files import write_json
from probes.core.transcript import Transcript
from probes.models.bridge import bridged
from probes.models.code import code_digest
from probes.models.gguf import LoadError
from probes.models.hashes import cache_root
from probes.models.local import LocalModel

TOLERANCE = {"float64": 1e-4, "float32": 1e-4, "bfloat16": 0.15, "float16": 0.05}
"""Largest difference of log-probabilities (nats) that counts as agreement, by dtype, unless the model differs from
itself by a quarter of a larger one (`sharing_check` of the engine)."""
BRIDGE_LIMIT = 1_000_000_000
"""Parameters up to which a copy for TransformerBridge is made at load; above, `interlocutor check MODEL` does it."""

_SHORT = Transcript().user("Name a colour.")
_LONG = Transcript().user("Is seven larger than three?").assistant("Yes, by four.").user("And is nine larger than ten?")


def checked(model: LocalModel, bridge: bool = False) -> dict[str, Any]:
    """The check's result for a model, from the cache where this model was checked by this code on a machine like this.

    `bridge` insists on the bridge.
    """
    path = cache_root() / "checks" / f"{_key(model)[:32]}.json"
    known = _read(path)
    if known and (known["bridge"]["passed"] is not None or not bridge):
        return known
    result = parity(model, bridge)
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
    return code_digest(model.fingerprint, model.info["device"], parity, libraries, processor)


def require(model: LocalModel) -> None:
    """Record the check in `model.info`; raise LoadError where batch, engine or template disagree."""
    try:
        result = checked(model)
    except FloatingPointError as error:
        raise LoadError(_overflow(model, error)) from error
    model.info["checks"] = result
    must = ("batch_against_single", "engine_against_transformers", "template_against_tokenizer")
    bad = [name for name in must if result[name]["passed"] is False]
    if bad:
        raise LoadError(f"{model.name} fails its self-check ({', '.join(bad)}); its numbers would be wrong: {result}")


def parity(model: LocalModel, bridge: bool = False) -> dict[str, Any]:
    """Largest differences in nats, each with `passed` true, false or None (not run, with the reason)."""
    noise = model.engine.info["sharing_check"].get("own_largest_difference", 0.0)
    tolerance = max(TOLERANCE[model.info["dtype"]], 4 * noise)
    questions = [Choose(talk, {"A": "a", "B": "b"}) for talk in (_SHORT, _LONG, _LONG.assistant("No.").user("Why?"))]
    together = _labels(model.reply(questions))
    alone = [_labels(model.reply([question]))[0] for question in questions]
    rows = [_plain(model, question) for question in questions]
    plain = [
        {label: row[_first(model, question, label)] for label in "AB"}
        for question, row in zip(questions, rows, strict=True)
    ]
    return {
        "tolerance": tolerance,
        "batch_against_single": _verdict(_gap(together, alone), tolerance),
        "engine_against_transformers": _verdict(_gap(together, plain), tolerance),
        "template_against_tokenizer": _template(model),
        "bridge": _bridge(model, questions, rows, tolerance, bridge),
    }


def _overflow(model: LocalModel, error: FloatingPointError) -> str:
    narrow = model.info["dtype"] == "float16"
    remedy = "float16 overflows on it: take dtype='bfloat16' or 'float32'" if narrow else "its weights are damaged"
    return f"{model.name} cannot answer even the self-check ({error}); {remedy}"


def _labels(replies: list[Reply]) -> list[dict[str, float]]:
    return [reply.logprobs for reply in replies if isinstance(reply, Choice)]


def _gap(left: list[dict[str, float]], right: list[dict[str, float]]) -> float:
    """NaN where either side holds one: Python's `max` would pass over it, and NaN never counts as agreement."""
    return float(np.max([abs(a[label] - b[label]) for a, b in zip(left, right, strict=True) for label in a]))


def _verdict(gap: float, tolerance: float) -> dict[str, Any]:
    return {"passed": bool(gap <= tolerance), "largest_difference": gap if math.isfinite(gap) else str(gap)}


def _first(model: LocalModel, question: Choose, label: str) -> int:
    """The token with which a label begins after the prompt."""
    prompt = model.chat.encode(question.transcript, question.role).ids
    return model.chat.encode(question.transcript, question.role, label).ids[len(prompt)]


def _plain(model: LocalModel, question: Choose, forward: Any = None) -> np.ndarray:
    """Next-token log-probabilities [vocabulary] by a bare forward pass, no cache, no batch, no padding."""
    import torch

    ids = torch.tensor([model.chat.encode(question.transcript, question.role).ids], device=model.model.device)
    with torch.inference_mode():
        logits = forward(ids) if forward else model.model(input_ids=ids).logits
    row: np.ndarray = torch.log_softmax(logits[0, -1].float(), -1).cpu().numpy()
    return row


def _template(model: LocalModel) -> dict[str, Any]:
    """Our rendering against the tokenizer's own, on text that spells no control token."""
    own = list(model.chat.encode(_LONG, "assistant").ids)
    theirs = model.tokenizer.apply_chat_template(
        _LONG.messages(), add_generation_prompt=True, tokenize=True, return_dict=True, **model.chat.options
    )["input_ids"]
    return {"passed": own == list(theirs), "tokens": len(own)}


def _bridge(
    model: LocalModel, questions: list[Choose], rows: list[np.ndarray], tolerance: float, insist: bool
) -> dict[str, Any]:
    size = sum(weight.numel() for weight in model.model.parameters())
    if size > BRIDGE_LIMIT and not insist:
        return {"passed": None, "reason": f"{size:,} parameters: run `interlocutor check {model.name}`"}
    try:
        forward = partial(bridged(model), return_type="logits", prepend_bos=False)
        gaps = [
            float(np.abs(_plain(model, question, forward) - row).max())
            for question, row in zip(questions, rows, strict=True)
        ]
    except Exception as error:  # an architecture without adapter is a finding, not a failure of the run
        return {"passed": None, "reason": f"TransformerBridge cannot take this model: {type(error).__name__}: {error}"}
    # TransformerLens forces eager attention, whose float32 sums differ from the fused kernel's in the fourth decimal.
    return _verdict(float(np.max(gaps)), 10 * tolerance)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
