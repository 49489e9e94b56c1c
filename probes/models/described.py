"""What kind of model answers, in words for the head of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def described(info: Mapping[str, Any]) -> str:
    """A phrase of what `LocalModel.info` says: kind of model, what was done to its weights, template, thinking.

    Examples
    --------
    >>> described({"kind": "gguf", "template": "plain", "quantised": "Q4_K", "dtype": "float32", "device": "cpu"})
    'base model under our plain template; weights dequantised from Q4_K; float32 on cpu'
    """
    return "; ".join(_parts(info))


def _parts(info: Mapping[str, Any]) -> Iterator[str]:
    template = info["template"]
    if info["kind"] == "server":
        about = info["server"]
        yield f"behind a server, {about['engine']} {about['version']}"
    if info["kind"] == "tiny":
        yield "null model with random weights"
    elif template == "plain":
        yield "base model under our plain template"
    else:
        named = "its own chat template" if template == "own" else f"the chat template of {Path(template).name}"
        yield f"instruct model under {named}"
    if "adapter" in info:
        yield f"LoRA adapter {Path(info['adapter']).name} merged into {Path(info['base']).name}"
    if info.get("quantised"):
        yield f"weights dequantised from {info['quantised']}"
    if thinking := info.get("thinking"):
        yield f"thinks for up to {thinking['budget']} tokens, {thinking['thoughts']} thoughts before a choice"
    elif info.get("can_think"):
        yield "a reasoning model, thinking off"
    for change in info.get("template_changes", []):
        yield str(change)
    if info["kind"] != "server":
        yield f"{info['dtype']} on {info['device']}"
