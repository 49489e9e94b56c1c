"""How a model is loaded: one list of options for `run`, `check` and `sweep`, and the parameter `load` of notebooks."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any

import typer

LOAD = "load"
"""The parameter of a notebook that holds these options, name -> text; what it may hold besides, `load_model` says."""
OPTIONS = {
    "template": "Chat template of the model: `plain`, or a Jinja file.",
    "dtype": "Precision of the model: auto, float32, bfloat16, float16, float64.",
    "device": "Where the model computes: auto, cpu, cuda, cuda:1, balanced.",
    "revision": "Commit or tag of a hub id.",
    "thinking": "Whether a reasoning model thinks first: off, on, or how many tokens.",
    "adapter": "Folder of a LoRA adapter that is merged into the model.",
    "tokenizer": "For a model behind a server: folder, file or name of the model that it runs.",
}


FORMS = {
    "dtype": "auto|float32|bfloat16|float16|float64",
    "device": "auto|cpu|mps|balanced|sequential|cuda(:[0-9]{1,3})?",
    "thinking": "off|on|[0-9]{1,9}",
}
"""What these options may be, as a pattern; the others are names and paths."""


def loading(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with these options; those that were given reach it as its keyword `load`."""

    @wraps(command)
    def with_options(**given: Any) -> Any:
        asked = {name: given.pop(name) for name in OPTIONS}
        return command(**given, load={name: value for name, value in asked.items() if value})

    own = [part for part in inspect.signature(command, eval_str=True).parameters.values() if part.name != LOAD]
    kind = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(name, kind, default="", annotation=Annotated[str, typer.Option(help=meaning)])
        for name, meaning in OPTIONS.items()
    ]
    with_options.__signature__ = inspect.Signature([*own, *added])  # type: ignore[attr-defined]
    with_options.__annotations__ = {part.name: part.annotation for part in (*own, *added)}
    return with_options


def with_load(given: Mapping[str, Any], load: Mapping[str, str]) -> dict[str, Any]:
    """Parameters of a notebook with options of the command line, which win."""
    known = given.get(LOAD) or {}
    if isinstance(known, str):
        from probes.schema.given.yaml_text import mapping

        known = mapping(known)
    if load and not isinstance(known, dict):
        raise ValueError(f"expected a mapping such as {{dtype: float32}}, got {known!r}"[:200])
    merged = {**known, **load} if isinstance(known, dict) else {}
    for name, value in merged.items():
        if name in FORMS and not re.fullmatch(FORMS[name], str(value)):
            raise ValueError(f"{name} {value!r} is none of: {OPTIONS[name]}")
    return {**given, LOAD: merged} if load else dict(given)
