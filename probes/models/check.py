"""The parity self-check: do engine, plain transformers and TransformerBridge agree on this model, here, now?"""

from __future__ import annotations

import importlib.metadata
import json
import logging
import platform
from functools import partial
from pathlib import Path
from typing import Any

from probes.core.files import write_json
from probes.core.transcript import Transcript
from probes.models.asking import Asking
from probes.models.bridge import bridged
from probes.models.chat import TemplateError
from probes.models.code import code_digest
from probes.models.described import described
from probes.models.gguf import LoadError
from probes.models.hashes import cache_root
from probes.models.local import LocalModel
from probes.models.rehearse import bridge_gap, rehearsed, verdict
from probes.models.scaffold import messages

TOLERANCE = {"float64": 1e-4, "float32": 1e-4, "bfloat16": 0.15, "float16": 0.05}
"""Largest difference of log-probabilities (nats) that counts as agreement, by dtype, unless the model differs from
itself by a quarter of a larger one (`sharing_check` of the engine)."""
BRIDGE_LIMIT = 1_000_000_000
"""Parameters up to which a copy for TransformerBridge is made at load; above, and for the null model, `interlocutor
check MODEL` does it."""

_ASK = Transcript().user("Is seven larger than three?\n\nAnswer A or B. ")
_TALK = _ASK.assistant(" Yes, by four.\n").user("And is nine larger than ten?")
SHAPES: dict[str, tuple[Transcript, str | None, str]] = {
    "one turn": (_ASK, "assistant", ""),
    "two exchanges": (_TALK, "assistant", ""),
    "system turn": (_TALK.under("You are brief.\nYou are kind."), "assistant", ""),
    "prefill": (_TALK, "assistant", "Answer:"),
    "open user turn": (_TALK.assistant("No."), "user", ""),
    "open user turn, system": (_ASK.assistant("Yes.").under("You are brief."), "user", ""),
    "closed": (_TALK.assistant("No."), None, ""),
}
"""Every shape of transcript that probes ask about: turns, whose turn is open, what it begins with."""


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
    return code_digest(model.fingerprint, model.info["device"], parity, type(model), libraries, processor)


def require(model: LocalModel) -> None:
    """Record the check in `model.info`; raise LoadError where batch, engine or template disagree."""
    try:
        result = checked(model)
    except FloatingPointError as error:
        raise LoadError(_overflow(model, error)) from error
    model.info["checks"] = result
    model.info["template_changes"] = model.chat.changes
    model.info["described"] = described(model.info)
    bad = [name for name, told in result.items() if name != "bridge" and told["passed"] is False]
    if bad:
        raise LoadError(f"{model.name} fails its self-check ({', '.join(bad)}); its numbers would be wrong: {result}")


def _overflow(model: LocalModel, error: FloatingPointError) -> str:
    narrow = model.info["dtype"] == "float16"
    remedy = "float16 overflows on it: take dtype='bfloat16' or 'float32'" if narrow else "its weights are damaged"
    return f"{model.name} cannot answer even the self-check ({error}); {remedy}"


def parity(model: LocalModel, bridge: bool = False) -> dict[str, Any]:
    """Name of a check -> largest difference in nats with `passed` true, false or None (not run, with the reason)."""
    noise = model.engine.info["sharing_check"].get("own_largest_difference", 0.0)
    tolerance = max(TOLERANCE[model.info["dtype"]], 4 * noise)
    shapes = {name: shape(model, *one) for name, one in SHAPES.items()}
    prompts = [shapes[name][0] for name in ("one turn", "system turn", "open user turn") if shapes[name][0]]
    told = {f"template, {name}": same for name, (_, same) in shapes.items()}
    found = rehearsed(model.engine, prompts, tolerance)
    return {**told, **found, "bridge": _bridge(model, prompts, tolerance, bridge)}


def shape(model: Asking, talk: Transcript, open_role: str | None, prefill: str) -> tuple[Any, dict[str, Any]]:
    """(our ids, whether the tokenizer's own template gives the same). What it refuses is refused by us, in words."""
    chat = model.chat
    try:
        ours = chat.encode(talk, open_role, prefill).ids
    except TemplateError as error:
        return (), {"passed": None, "reason": str(error)}
    last = [(open_role, prefill or "Well")] if open_role else []
    turns = [*((turn.role, turn.text) for turn in talk), *last]
    form = chat.form(talk, open_role)
    told = messages([role for role, _ in turns], [text for _, text in turns], form)
    theirs = model.tokenizer.apply_chat_template(told, tokenize=True, return_dict=True, **chat.options)["input_ids"]
    begun = chat.encode(talk, open_role, prefill or "Well").ids if open_role else ours
    same = list(begun) == list(theirs[: len(begun)])
    if open_role == "assistant" and not same:  # templates may open an answer otherwise than they show it later
        told = messages([turn.role for turn in talk], [turn.text for turn in talk], form)
        theirs = model.tokenizer.apply_chat_template(
            told, add_generation_prompt=True, tokenize=True, return_dict=True, **chat.options
        )["input_ids"]
        bare = chat.encode(talk, open_role).ids
        same = list(theirs) == list(bare[: len(theirs)])
    return ours, {"passed": same, "tokens": len(ours)}


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
