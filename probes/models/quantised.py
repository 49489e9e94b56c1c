"""Quantised checkpoints: opened as plain numbers where transformers can do that, else refused with the remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probes.models.folder import read_json
from probes.models.gguf import LoadError


def quantised(folder: str) -> str:
    """The method by which a checkpoint is quantised; empty for plain numbers."""
    told = _declared(folder)
    return (str(told.get("quant_method") or "") or "an unnamed method") if told else ""


def plain_numbers(folder: str, device: str) -> dict[str, Any]:
    """What `from_pretrained` needs to give the weights of a quantised checkpoint as plain numbers.

    Raises LoadError for methods whose numbers only their own kernels know.
    """
    method = quantised(folder)
    if not method:
        return {}
    if method == "mxfp4":
        from transformers import Mxfp4Config

        return {"quantization_config": Mxfp4Config(dequantize=True)}
    if method == "fp8":
        from transformers import FineGrainedFP8Config

        return {"quantization_config": FineGrainedFP8Config.from_dict({**_declared(folder), "dequantize": True})}
    raise LoadError(
        f"{folder} holds weights quantised by {method}, which are not opened on {device}: computing with them needs "
        "kernels of their own, and nothing here could say how exact those are; take the checkpoint it was made from, "
        "or a GGUF file of it (dequantised on loading), or let a server such as vLLM run it"
    )


def _declared(folder: str) -> dict[str, Any]:
    """What a configuration says about how its weights are quantised, of the whole or of its language model."""
    config = read_json(Path(folder) / "config.json")
    for part in (config, config.get("text_config")):
        if isinstance(part, dict) and isinstance(part.get("quantization_config"), dict):
            return dict(part["quantization_config"])
    return {}
