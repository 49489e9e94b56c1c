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
    if info["kind"] == "server":
        about = info["server"]
        yield f"behind a server, {about['engine']} {about['version']}"
    yield "null model with random weights" if info["kind"] == "tiny" else _tuned(info)
    if "part_of" in info:
        yield f"the language model of {info['part_of']}, given text only"
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
    if not info.get("turns_end", True):
        yield "no token ends a user's turn, so such turns run to their length limit"
    if info["kind"] != "server":
        yield f"{info['dtype']} on {info['device']}"


def _tuned(info: Mapping[str, Any]) -> str:
    """Instruct models are those that bring a chat template, whichever is used."""
    template = info["template"]
    named = {"own": "its own chat template", "plain": "our plain template"}
    kind = "instruct" if info.get("instruct", template != "plain") else "base"
    return f"{kind} model under {named.get(template, f'the chat template of {Path(template).name}')}"
