"""From a source to an open model: found, loaded, fingerprinted and wrapped."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from probes.models.gguf import LoadError
from probes.models.load import find, load_weights, weights_hash
from probes.models.local import LocalModel

SPREAD = ("balanced", "sequential")
"""Devices that stand for all of them: weights are laid over them by transformers' `device_map`."""


def open_local(
    source: str,
    device: str,
    dtype: str,
    revision: str | None,
    template: str | None,
    template_options: dict[str, Any],
    safetensors_only: bool,
    engine: dict[str, Any],
) -> LocalModel:
    """Find, load, check and wrap; see `load_model`."""
    import torch
    import transformers

    from probes.models.tiny import tiny_model

    place = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    on_gpu = place.startswith("cuda") or (place in SPREAD and torch.cuda.is_available())
    kind = ("bfloat16" if on_gpu else "float32") if dtype == "auto" else dtype
    if kind not in ("float32", "bfloat16", "float16", "float64"):
        raise LoadError(f"dtype {kind!r} is not one of auto, float32, bfloat16, float16, float64")
    if source == "tiny" or source.startswith("tiny:"):
        seed = source.partition(":")[2] or "0"
        if not seed.isdigit():
            raise LoadError(f"{source!r}: the seed after 'tiny:' must be a whole number")
        model, tokenizer = tiny_model(int(seed))
        model, found, weights = model.to(place, getattr(torch, kind)), {"kind": "tiny", "source": source}, source
    else:
        folder, found = find(source, revision, not safetensors_only)
        spread = {"device_map": device} if device in SPREAD else {}
        model, tokenizer = load_weights(folder, kind, place, safetensors_only, **spread)
        weights = weights_hash(folder)
    if template:
        tokenizer.chat_template = Path(template).read_text(encoding="utf-8")
    options = {"enable_thinking": False, **template_options}
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    form = [weights, tokenizer.chat_template, json.loads(tokenizer.backend_tokenizer.to_str()), options, kind, versions]
    fingerprint = hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()
    info = {**found, "device": place, "dtype": kind, "template_options": options, "versions": versions}
    info["weights"] = weights
    return LocalModel(source, model, tokenizer, fingerprint, info, **engine)
