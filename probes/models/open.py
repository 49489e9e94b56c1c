"""From a source to an open model: found, loaded, hashed and wrapped."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from probes.models.gguf import LoadError
from probes.models.hashes import weights_hash
from probes.models.load import find, load_weights
from probes.models.local import LocalModel
from probes.models.template import chosen

SPREAD = ("balanced", "sequential")
"""Devices that stand for all of them: weights are laid over them by transformers' `device_map`."""
DTYPES = ("float32", "bfloat16", "float16", "float64")


def open_local(
    source: str,
    device: str,
    dtype: str,
    revision: str | None,
    template: str | None,
    options: Mapping[str, Any],
    date: str,
    safetensors_only: bool,
    engine: dict[str, Any],
) -> LocalModel:
    """Find, load and wrap; see `load_model`."""
    place, kind = _placed(device, dtype)
    if source == "tiny" or source.startswith("tiny:"):
        model, tokenizer, weights = _tiny(source, place, kind)
        told: dict[str, Any] = {"kind": "tiny", "source": source}
    else:
        folder, told = find(source, revision, not safetensors_only)
        spread = {"device_map": device} if device in SPREAD else {}
        with ThreadPoolExecutor(1) as beside:  # hashing and loading both wait for the disk and release the lock
            hashing = beside.submit(weights_hash, Path(folder))
            model, tokenizer = load_weights(folder, kind, place, safetensors_only, **spread)
            weights = hashing.result()
    tokenizer.chat_template = chosen(tokenizer, template, date)
    told |= {"device": place, "dtype": kind, "date": date, "weights": weights}
    told["template_options"] = {"enable_thinking": False, **options}
    opened = LocalModel(source, model, tokenizer, told, **engine)
    if not opened.engine.sharing and engine.get("sharing") is None:
        logging.getLogger(__name__).warning(
            "%s computes every prompt whole, several times slower: prefixes are not shared, because %s",
            source, opened.engine.info["sharing_why"],
        )  # fmt: skip
    return opened


def _placed(device: str, dtype: str) -> tuple[str, str]:
    """Device and dtype, `auto` resolved."""
    import torch

    place = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    on_gpu = place.startswith("cuda") or (place in SPREAD and torch.cuda.is_available())
    kind = ("bfloat16" if on_gpu else "float32") if dtype == "auto" else dtype
    if kind not in DTYPES:
        raise LoadError(f"dtype {kind!r} is not one of auto, {', '.join(DTYPES)}")
    return place, kind


def _tiny(source: str, place: str, kind: str) -> tuple[Any, Any, str]:
    """The null model, its tokenizer, and the hash of what its weights are made by."""
    import torch

    from probes.models.code import code_digest
    from probes.models.tiny import tiny_model

    seed = source.partition(":")[2] or "0"
    if not seed.isdigit():
        raise LoadError(f"{source!r}: the seed after 'tiny:' must be a whole number")
    model, tokenizer = tiny_model(int(seed))
    return model.to(place, getattr(torch, kind)), tokenizer, code_digest(tiny_model, int(seed))
