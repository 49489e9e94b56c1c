"""The logit lens of a forced choice: what the answer would be if the model stopped after each block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import torch

from probes.activations import Capture
from probes.core import Choice, Choose, Model, Probe
from probes.models.engine.requests import ScoreIds
from probes.models.local import LocalModel

_NORMS = ("norm", "final_layernorm", "final_layer_norm", "ln_f")
_TOLERANCE = 0.05
"""Nats by which the last block's reading may differ from the model's own answer; bfloat16 needs some."""


def lens(probe: Probe, model: Model, meaning: str, every: int = 1) -> pd.DataFrame:
    """Log-odds of `meaning` against all other options after every `every`-th block, for each trial's first question.

    One line a trial and site: the trial's facts, cluster, site, log_odds (nats among the options, read through the
    model's own final norm and output head) and own (what the model says itself).

    Raises ValueError for a model without weights, options of several tokens, and a model whose last block, so read,
    does not give its own answer: its norm or head does more than the lens knows.
    """
    if not isinstance(model, LocalModel):
        raise ValueError(f"{model.name} has no activations to read: the lens needs weights")
    capture = Capture.layers(model, every)
    trials = [(trial, next(probe.play(trial, np.random.default_rng(0)))) for trial in probe.trials()]
    questions = [first(question) for _, question in trials]
    replies = model.reply([capture.asking(replace(question, sites=())) for question in questions])
    lines: list[dict[str, Any]] = []
    for (trial, _), question, reply in zip(trials, questions, replies, strict=True):
        assert isinstance(reply, Choice)
        stacked = np.stack([reply.activations[name] for name in capture.names])
        odds = _odds(_logits(model, question, stacked), question, meaning)
        own = _odds(np.array([list(reply.logprobs.values())]), question, meaning)[0]
        if abs(odds[-1] - own) > _TOLERANCE:
            raise ValueError(
                f"{model.name}: read after its last block it differs by {abs(odds[-1] - own):.2g} nats from its own "
                "answer; the lens would be wrong for this model"
            )
        facts = {**trial.facts(), "cluster": str(trial.facts().get(type(probe).unit, ""))}
        lines += [
            {**facts, "site": site, "log_odds": value, "own": own}
            for site, value in zip(capture.sites, odds, strict=True)
        ]
    return pd.DataFrame(lines)


def first(asked: Any) -> Choose:
    """The first question of what a trial asks; ValueError unless it is a forced choice."""
    question = asked[0] if isinstance(asked, list) else asked
    if not isinstance(question, Choose):
        raise ValueError("the lens reads forced choices; this trial asks something else first")
    return question


@torch.inference_mode()
def _logits(model: LocalModel, question: Choose, states: np.ndarray) -> np.ndarray:
    """Logits `[state, option]` of the first tokens of the options."""
    request = model._requests(question)[0]
    assert isinstance(request, ScoreIds)
    if any(len(target) > 1 for target in request.targets):
        raise ValueError(f"options {list(question.options)} take several tokens; the lens reads the next one only")
    body = model.model.base_model
    norm = next((getattr(body, name) for name in _NORMS if hasattr(body, name)), None)
    if norm is None:
        raise ValueError(f"{model.name}: no final norm found, the lens would skip it")
    hidden = norm(torch.from_numpy(states).to(model.model.device, model.model.dtype))
    chosen = [target[0] for target in request.targets]
    return np.asarray(model.engine.trunk.logits(hidden)[:, chosen].cpu().numpy())


def _odds(logits: np.ndarray, question: Choose, meaning: str) -> np.ndarray:
    """Log-odds `[state]` of a meaning; labels of one meaning add up."""
    meant = np.array([one == meaning for one in question.options.values()])
    if not meant.any() or meant.all():
        raise ValueError(
            f"{meaning!r} must be one of several options; they are {sorted(set(question.options.values()))}"
        )
    sides: Sequence[np.ndarray] = [np.logaddexp.reduce(logits[:, side], axis=1) for side in (meant, ~meant)]
    return np.asarray(sides[0] - sides[1])
