"""Models: `load_model` opens real weights, the random null model or a scripted policy. Torch is imported on demand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from probes.models.gguf import LoadError
from probes.models.scripted import POLICIES, ScriptedModel
from probes.models.template import DATE

if TYPE_CHECKING:
    from probes.core import Model

__all__ = ["LoadError", "ScriptedModel", "load_model"]


def load_model(
    source: str,
    device: str = "auto",
    dtype: str = "auto",
    *,
    revision: str | None = None,
    template: str | None = None,
    template_options: Mapping[str, Any] | None = None,
    date: str = DATE,
    safetensors_only: bool = True,
    check: bool = True,
    **engine: Any,
) -> Model:
    """A model that answers questions.

    Parameters
    ----------
    source : str
        `smollm2-135m` (embedded), a safetensors folder, a `.gguf` file, a hub id (with `revision`), `tiny` or
        `tiny:SEED` (random weights: the null model), `scripted:NAME`.
    device, dtype : str
        `auto` is CUDA with bfloat16 where present, else CPU with float32.
    revision : str or None
        Commit or tag of a hub id.
    template : str or None
        Path of a Jinja chat template, for models that bring none. `template_options` are passed to it and recorded.
    date : str
        What a template that prints today's date gets, `YYYY-MM-DD`; the same every day unless given.
    safetensors_only : bool
        False allows pickled weights.
    check : bool
        Compare engine, plain transformers and TransformerBridge once a fingerprint; disagreement is an error.
    **engine
        Memory settings of `probes.models.engine.Engine`.

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
    >>> load_model("scripted:uniform").name
    'scripted:uniform'
    """
    if source.startswith("scripted:"):
        name = source.removeprefix("scripted:")
        if name not in POLICIES:
            raise LoadError(f"no scripted policy {name!r}; there are: {', '.join(sorted(POLICIES))}")
        return ScriptedModel(POLICIES[name])
    from probes.models.open import open_local

    model = open_local(
        source, device, dtype, revision, template, template_options or {}, date, safetensors_only, engine
    )
    if check:
        from probes.models.check import require

        require(model)
    return model
