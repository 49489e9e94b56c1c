"""TransformerLens on the trials of a probe: a bridge around a copy of the model, and the prompts as token ids.

The tools of `transformer_lens.tools.analysis` take a bridge and tokens; here are both, and direct logit attribution of
a forced choice as a table of trials. Importing TransformerLens takes seconds, the copy as much memory as the model.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from probes.core import Model, Probe
from probes.models.engine.requests import ScoreIds
from probes.models.lens import first
from probes.models.local import LocalModel


@dataclass(frozen=True)
class Prompt:
    """The first question of a trial: its facts, token ids, and the first token of each meaning's first label."""

    facts: dict[str, Any]
    cluster: str
    ids: tuple[int, ...]
    tokens: dict[str, int]


def bridged(model: Model, folded: bool = False) -> Any:
    """A `TransformerBridge` around a copy of the model, which stays as it is.

    folded: compatibility mode, with the final norm folded into the output head, as attribution needs it. Activations
    then have other values under the same names: never compare them with those of a run.
    """
    if not isinstance(model, LocalModel):
        raise ValueError(f"{model.name} has no weights to put a bridge around")
    bridge = around(copy.deepcopy(model.model), model.tokenizer, model.info["dtype"])
    if folded:
        bridge.enable_compatibility_mode()
    return bridge


def around(hf_model: Any, tokenizer: Any, dtype: str) -> Any:
    """A `TransformerBridge` around `hf_model`, which it changes in place, and nothing else.

    TransformerLens would run `pip install torchvision` for a model that also sees, and so exchange torch itself.
    """
    import torch
    import transformers
    from transformer_lens.model_bridge import TransformerBridge
    from transformer_lens.model_bridge.sources.transformers import helpers

    transformers.logging.set_verbosity_warning()  # importing TransformerLens silences transformers for everybody
    own = copy.deepcopy(tokenizer)
    own.init_kwargs |= {"name_or_path": "local", "add_bos_token": True}  # else it is loaded again; we pass ids only
    with patch.object(helpers, "_ensure_torchvision", lambda: False):
        return TransformerBridge.boot_transformers(
            getattr(hf_model.config, "_name_or_path", "") or "local",
            hf_model=hf_model,
            tokenizer=own,
            dtype=getattr(torch, dtype),
            device=str(hf_model.device),
        )


def prompts(probe: Probe, model: LocalModel) -> list[Prompt]:
    """The first question of every trial, which must be a forced choice."""
    found = []
    for trial in probe.trials():
        question = first(next(probe.play(trial, np.random.default_rng(0))))
        request = model.requests(question)[0]
        assert isinstance(request, ScoreIds)
        tokens: dict[str, int] = {}
        for meaning, target in zip(question.options.values(), request.targets, strict=True):
            tokens.setdefault(meaning, target[0])
        facts = trial.facts()
        found.append(Prompt(facts, str(facts.get(type(probe).unit, "")), request.prompt, tokens))
    return found


def attribution(probe: Probe, model: Model, meaning: str, against: str, unit: str = "component") -> pd.DataFrame:
    """Direct logit attribution of a forced choice: what each part of the model adds to the logit of one meaning over
    that of another, read through the final norm. One line per trial and part: facts, cluster, part, value (logits).

    Raises what `transformer_lens.tools.analysis.direct_logit_attribution` raises: hybrid blocks and readouts that it
    does not know are refused there.
    """
    import torch
    from transformer_lens.tools.analysis import direct_logit_attribution

    bridge = bridged(model, folded=True)
    assert isinstance(model, LocalModel)
    lines: list[dict[str, Any]] = []
    for prompt in prompts(probe, model):
        ids = torch.tensor([prompt.ids], device=model.model.device)
        with torch.inference_mode():
            _, cache = bridge.run_with_cache(ids, prepend_bos=False)
            found = direct_logit_attribution(
                bridge, answer_tokens=prompt.tokens[meaning], incorrect_tokens=prompt.tokens[against],
                unit=unit, cache=cache,
            )  # fmt: skip
        values = found.attribution.flatten().tolist()
        shared = {**prompt.facts, "cluster": prompt.cluster}
        lines += [{**shared, "part": part, "value": value} for part, value in zip(found.labels, values, strict=True)]
    return pd.DataFrame(lines)
