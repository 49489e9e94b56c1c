"""Models: `load_model` opens real weights, the random null model or a scripted policy. Torch is imported on demand."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from probes.models.company import Company
from probes.models.gguf import LoadError
from probes.models.scripted import POLICIES, ScriptedModel
from probes.models.template import DATE

if TYPE_CHECKING:
    from probes.core import Model

_DEFAULTS: dict[str, Any] = {"revision": None, "template": None, "template_options": {}, "thinking": "off",
                             "thoughts": 4, "adapter": None, "base": None, "tokenizer": None}  # fmt: skip
"""Settings of the model under test alone: with any other its partner is loaded on its own."""
__all__ = ["Company", "LoadError", "ScriptedModel", "load_model"]


def load_model(
    source: str | Model,
    device: str = "auto",
    dtype: str = "auto",
    *,
    revision: str | None = None,
    template: str | None = None,
    template_options: Mapping[str, Any] | None = None,
    date: str = DATE,
    thinking: str | int = "off",
    thoughts: int | str = 4,
    adapter: str | None = None,
    base: str | None = None,
    tokenizer: str | None = None,
    safetensors_only: bool = True,
    check: bool = True,
    partner: str | Model | None = None,
    **engine: Any,
) -> Model:
    """A model that answers questions.

    Parameters
    ----------
    source : str or Model
        `smollm2-135m` (embedded), `gemma3-270m` (a base model, from its packages), a safetensors folder, a `.gguf`
        file, a folder of a LoRA adapter, a hub id (with `revision`), `server:URL` (vLLM or llama.cpp's server; with
        `#NAME` where it has several models), `tiny` or `tiny:SEED` (random weights: the null model), `scripted:NAME`.
        A model that is loaded already comes back as it is, so that a cell can be run again.
    device, dtype : str
        `auto` is CUDA with bfloat16 where present, else CPU with float32.
    revision : str or None
        Commit or tag of a hub id.
    template : str or None
        `plain` or the path of a Jinja chat template, for models that bring none. `template_options` are passed to it.
    date : str
        What a template that prints today's date gets, `YYYY-MM-DD`; the same every day unless given.
    thinking : {"off", "on"} or int
        Whether a reasoning model thinks before it answers, and for how many tokens at most (`on`: 512).
    thoughts : int or str
        How many thoughts a forced choice is averaged over.
    adapter, base : str or None
        A LoRA adapter to merge into `source`; the model that an adapter given as `source` belongs to.
    tokenizer : str or None
        For a model behind a server: the folder, file or name of the model that it runs, for its tokenizer.
    safetensors_only : bool
        False allows pickled weights.
    check : bool
        Compare engine, transformers, template and TransformerBridge once a fingerprint; disagreement is an error.
    partner : str, Model or None
        A second model that takes part in dialogues: what comes back is then a `Company`. It is loaded with the same
        device, dtype and date, and nothing else: load it yourself where it needs a template or other settings.
    **engine
        Settings of `probes.models.engine.Engine`.

    Returns
    -------
    Model
        `reply(questions)` gives a list of replies in the order of the questions.

    Raises
    ------
    LoadError
        With the item and the remedy.

    Examples
    --------
    >>> model = load_model("scripted:uniform")
    >>> load_model(model).name
    'scripted:uniform'
    """
    shared = {"device": device, "dtype": dtype, "date": date, "safetensors_only": safetensors_only, "engine": engine}
    own = {"revision": revision, "template": template, "template_options": dict(template_options or {}),
           "thinking": thinking, "thoughts": thoughts, "adapter": adapter, "base": base,
           "tokenizer": tokenizer}  # fmt: skip
    model = _one(source, check, {**shared, **own})
    if not partner:
        return model
    first, others = (model.model, model.partners) if isinstance(model, Company) else (model, {})
    alike = partner == source and own == _DEFAULTS
    return Company(first, **{**others, "partner": first if alike else _one(partner, check, shared)})


def _one(source: str | Model, check: bool, settings: Mapping[str, Any]) -> Model:
    if not isinstance(source, str):
        return source
    if source.startswith("scripted:"):
        name = source.removeprefix("scripted:")
        if name not in POLICIES:
            raise LoadError(f"no scripted policy {name!r}; there are: {', '.join(sorted(POLICIES))}")
        return ScriptedModel(POLICIES[name])
    with _no_collection():
        from probes.models.open import Asked, open_local

    asked = Asked(source, **settings)
    if source.startswith("server:"):
        from probes.models.served import open_served

        return open_served(asked)
    model = open_local(asked)
    if check:
        from probes.models.check import require

        require(model)
    return model


@contextmanager
def _no_collection() -> Iterator[None]:
    """Imports make hundreds of thousands of objects that live on; looking for garbage among them takes a second."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
