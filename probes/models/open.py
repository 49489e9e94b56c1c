"""From a source to an open model: found, loaded, hashed and wrapped."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from probes.models.adapter import base_of, is_adapter, merged
from probes.models.chat import ChatFormat
from probes.models.code import code_digest
from probes.models.described import described
from probes.models.engine import Engine
from probes.models.gguf import LoadError
from probes.models.hashes import weights_hash
from probes.models.load import check_device, find, load_tokenizer, load_weights
from probes.models.local import LocalModel
from probes.models.quantised import quantised
from probes.models.shapes import changes
from probes.models.template import DATE, prepare
from probes.models.thinking import thinking_model

SPREAD = ("balanced", "sequential")
"""Devices that stand for all of them: weights are laid over them by transformers' `device_map`."""
DTYPES = ("float32", "bfloat16", "float16", "float64")


@dataclass(frozen=True)
class Asked:
    """What `load_model` was asked for."""

    source: str
    device: str = "auto"
    dtype: str = "auto"
    revision: str | None = None
    template: str | None = None
    template_options: Mapping[str, Any] = field(default_factory=dict)
    date: str = DATE
    thinking: str | int = "off"
    thoughts: int | str = 4
    adapter: str | None = None
    base: str | None = None
    tokenizer: str | None = None
    safetensors_only: bool = True
    engine: Mapping[str, Any] = field(default_factory=dict)


def open_local(asked: Asked) -> LocalModel:
    """Find, load and wrap; see `load_model`."""
    known = [name for name in inspect.signature(Engine).parameters if name != "known"]
    if unknown := sorted(set(asked.engine) - set(known)):
        names = [part.name for part in fields(asked) if part.name != "engine"]
        raise LoadError(f"load_model has no option {unknown[0]!r}; there are {', '.join([*names[1:], *known])}")
    if asked.tokenizer:
        raise LoadError("tokenizer is for models behind a server; weights bring their own")
    place, kind = _placed(asked.device, asked.dtype)
    if asked.source == "tiny" or asked.source.startswith("tiny:"):
        if asked.adapter or asked.base or asked.revision:
            raise LoadError(f"{asked.source} is made here from a seed: it takes no adapter, base or revision")
        model, tokenizer, weights = _tiny(asked.source, place, kind)
        told: dict[str, Any] = {"kind": "tiny", "source": asked.source, "weights": weights}
        prepare(tokenizer, asked.template, asked.date)
    else:
        model, tokenizer, told = _opened(asked, place, kind)
    told |= {"device": place, "dtype": kind, "date": asked.date, "template": asked.template or "own"}
    told["template_options"] = {"enable_thinking": False, **asked.template_options}
    opened = thinking_model(asked.thinking, asked.thoughts)(_short(told), model, tokenizer, told, **asked.engine)
    opened.info["can_think"] = bool(opened.chat.thought)
    opened.info["template_changes"] = changes(opened.chat)
    opened.info["described"] = described(opened.info)
    if not opened.engine.sharing and asked.engine.get("sharing") is None:
        logging.getLogger(__name__).warning(
            "%s computes every prompt whole, several times slower: prefixes are not shared, because %s",
            opened.name, opened.engine.info["sharing_why"],
        )  # fmt: skip
    return opened


def _opened(asked: Asked, place: str, kind: str) -> tuple[Any, Any, dict[str, Any]]:
    """Model, tokenizer with the template that is used, and what is told about them. The template comes before the
    weights: without one nothing can be asked."""
    adapter = Path(asked.adapter or asked.source).expanduser()
    if asked.adapter and not is_adapter(adapter):
        raise LoadError(
            f"adapter {asked.adapter!r} is no folder of a LoRA adapter (adapter_config.json, no config.json)"
        )
    adapts = is_adapter(adapter)
    source = asked.source if asked.adapter or not adapts else base_of(adapter, asked.base)
    folder, told = find(source, asked.revision, not asked.safetensors_only, asked.template)
    own = adapter if adapts and (adapter / "tokenizer_config.json").is_file() else folder
    tokenizer = load_tokenizer(str(own))
    told["instruct"] = prepare(tokenizer, asked.template, asked.date)
    ChatFormat(tokenizer, asked.template_options)
    spread = {"device_map": asked.device} if asked.device in SPREAD else {}
    with ThreadPoolExecutor(1) as beside:  # hashing and loading both wait for the disk and release the lock
        hashing = beside.submit(weights_hash, Path(folder))
        model = load_weights(folder, tokenizer, kind, place, asked.safetensors_only, **spread)
        told["weights"] = hashing.result()
    if adapts:
        model = merged(model, adapter)
        told |= {"kind": "adapter", "adapter": str(adapter), "base": source, "base_weights": told["weights"]}
        told["adapter_weights"] = weights_hash(adapter)
        told["weights"] = code_digest(told["base_weights"], told["adapter_weights"])
    if quantised(folder):
        told["quantised"] = quantised(folder)
    if model.config.get_text_config() is not model.config:
        told["part_of"] = type(model).__name__
    return model, tokenizer, told


def _short(told: dict[str, Any]) -> str:
    """What reports call a model: the last part of a path, a hub id as it is, an adapter with its base."""
    source = str(told.get("base", told["source"]))
    name = Path(source).expanduser().resolve().name if Path(source).expanduser().exists() else source
    return f"{name} + {Path(told['adapter']).name}" if "adapter" in told else name


def _placed(device: str, dtype: str) -> tuple[str, str]:
    """Device and dtype, `auto` resolved."""
    import torch

    place = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    if place not in SPREAD:
        check_device(place)
    on_gpu = place.startswith("cuda") or (place in SPREAD and torch.cuda.is_available())
    kind = ("bfloat16" if on_gpu else "float32") if dtype == "auto" else dtype
    if kind not in DTYPES:
        raise LoadError(f"dtype {kind!r} is not one of auto, {', '.join(DTYPES)}")
    return place, kind


def _tiny(source: str, place: str, kind: str) -> tuple[Any, Any, str]:
    """The null model, its tokenizer, and the hash of what its weights are made by."""
    import torch

    from probes.models.tiny import tiny_model

    seed = source.partition(":")[2] or "0"
    if not seed.isdigit():
        raise LoadError(f"{source!r}: the seed after 'tiny:' must be a whole number")
    model, tokenizer = tiny_model(int(seed))
    return model.to(place, getattr(torch, kind)), tokenizer, code_digest(tiny_model, int(seed))
