"""Quantised checkpoints: opened as plain numbers where transformers can do that, else refused with the remedy."""

from __future__ import annotations

from typing import Any

from probes.models.gguf import LoadError


def quantised(config: Any) -> str:
    """The method by which a checkpoint is quantised; empty for plain numbers."""
    for part in (config, config.get_text_config()):
        told = getattr(part, "quantization_config", None)
        if told:
            method = told.get("quant_method", "") if isinstance(told, dict) else getattr(told, "quant_method", "")
            return str(getattr(method, "value", method)) or "an unnamed method"
    return ""


def plain_numbers(folder: str, config: Any, device: str) -> dict[str, Any]:
    """What `from_pretrained` needs to give the weights of a quantised checkpoint as plain numbers.

    Raises LoadError for methods whose numbers only their own kernels know.
    """
    method = quantised(config)
    if not method:
        return {}
    if method == "mxfp4":
        from transformers import Mxfp4Config

        return {"quantization_config": Mxfp4Config(dequantize=True)}
    raise LoadError(
        f"{folder} holds weights quantised by {method}, which are not opened on {device}: computing with them needs "
        "kernels of their own, and nothing here could say how exact those are; take the checkpoint it was made from, "
        "or a GGUF file of it (dequantised on loading), or let a server such as vLLM run it"
    )
