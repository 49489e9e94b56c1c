"""How a model is loaded: one list of options for `run`, `check` and `sweep`, and the parameter `load` of notebooks."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any

import typer

LOAD = "load"
"""The parameter of a notebook that holds these options, name -> text, and those of `MORE`."""
OPTIONS = {
    "template": "Chat template of the model: `plain`, or a Jinja file.",
    "dtype": "Precision of the model: auto, float32, bfloat16, float16, float64.",
    "device": "Where the model computes: auto, cpu, cuda, cuda:1, balanced.",
    "revision": "Commit or tag of a hub id.",
    "thinking": "Whether a reasoning model thinks first: off, on, or how many tokens.",
    "adapter": "Folder of a LoRA adapter that is merged into the model.",
    "tokenizer": "For a model behind a server: folder, file or name of the model that it runs.",
}
MORE = {
    "base": "The model that an adapter belongs to.",
    "date": "What a template that prints the date gets, YYYY-MM-DD.",
    "thoughts": "How many thoughts a forced choice is averaged over.",
}
"""What `load_model` takes as text besides, for parameter files."""

FORMS = {
    "dtype": "auto|float32|bfloat16|float16|float64",
    "device": "auto|cpu|mps|balanced|sequential|cuda(:[0-9]{1,3})?",
    "thinking": "off|on|[0-9]{1,9}",
    "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "thoughts": "[0-9]{1,4}",
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
    """Parameters of a notebook with options of the command line, which win.

    ValueError names an option that there is not, which the notebook would find only once its kernel runs.
    """
    said = given.get(LOAD) or {}
    if isinstance(said, str):
        from probes.schema.given.yaml_text import mapping

        said = mapping(said)
    if load and not isinstance(said, dict):
        raise ValueError(f"expected a mapping such as {{dtype: float32}}, got {said!r}"[:200])
    merged = {**said, **load} if isinstance(said, dict) else {}
    known = OPTIONS | MORE
    for name, value in merged.items():
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise ValueError(f"{str(name)[:60]!r} is no option of loading a model; {hint}")
        if name in FORMS and not re.fullmatch(FORMS[name], str(value)):
            raise ValueError(f"{name} {value!r} is none of: {known[name]}")
    return {**given, LOAD: merged} if load else dict(given)
