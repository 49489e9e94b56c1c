"""The logit lens of a forced choice: what the answer would be if the model stopped after each block."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import torch

from probes.core import Choose, Model, Probe
from probes.core.activations import Capture
from probes.models.engine.requests import ScoredIds, ScoreIds
from probes.models.local import LocalModel

_NORMS = ("norm", "final_layernorm", "final_layer_norm", "ln_f")
_TOLERANCE = 0.05
"""Nats by which the last block's reading may differ from the model's own answer; bfloat16 needs some."""


def lens(probe: Probe, model: Model, meaning: str, every: int = 1) -> pd.DataFrame:
    """Log-odds of `meaning` against all other options after every `every`-th block, for each trial's first question.

    One line per trial and site: the trial's facts, cluster, site, log_odds (nats among the options, read through the
    model's own final norm and output head) and own (what the model says itself). Options of several tokens are read at
    their first; one whose first token belongs to another meaning too is left out.

    Raises ValueError for a model without weights, meanings that no first token tells apart, and a model whose last
    block, so read, does not give its own answer: its norm or head does more than the lens knows.
    """
    if not isinstance(model, LocalModel):
        raise ValueError(f"{model.name} has no activations to read: the lens needs weights")
    sites = Capture.layers(model, every).sites
    trials = list(probe.trials())
    questions = [first(next(probe.play(trial, np.random.default_rng(0)))) for trial in trials]
    asked = [_asked(model, question, sites) for question in questions]
    lines: list[dict[str, Any]] = []
    for trial, question, request, result in zip(trials, questions, asked, model.engine.run(asked), strict=True):
        assert isinstance(result, ScoredIds)
        meant = _meant(question, request, model, meaning)
        states = np.stack([result.activations[site][0] for site in sites])
        chosen = [target[0] for target in request.targets]
        odds = _odds(_logits(model, states)[:, chosen], meant)
        own = float(_odds(np.array([[row[0] for row in result.logprobs]]), meant)[0])
        if abs(odds[-1] - own) > _TOLERANCE:
            raise ValueError(
                f"{model.name}: read after its last block it differs by {abs(odds[-1] - own):.2g} nats from its own "
                "answer; the lens would be wrong for this model"
            )
        facts = {**trial.facts(), "cluster": str(trial.facts().get(type(probe).unit, ""))}
        read = zip(sites, odds.tolist(), strict=True)
        lines += [{**facts, "site": site, "log_odds": value, "own": own} for site, value in read]
    return pd.DataFrame(lines)


def first(asked: Any) -> Choose:
    """The first question of what a trial asks; ValueError unless it is a forced choice."""
    question = asked[0] if isinstance(asked, list) else asked
    if not isinstance(question, Choose):
        raise ValueError("the lens reads forced choices; this trial asks something else first")
    return question


def _asked(model: LocalModel, question: Choose, sites: tuple[str, ...]) -> ScoreIds:
    """The first token of every option, with the states from which it is read."""
    request = model.requests(question)[0]
    assert isinstance(request, ScoreIds)
    last = len(request.prompt)
    targets = tuple(target[:1] for target in request.targets)
    return ScoreIds(request.prompt, targets, sites=sites, spans=((last - 1, last),))


def _meant(question: Choose, request: ScoreIds, model: LocalModel, meaning: str) -> np.ndarray:
    """Per option: 1 means it, -1 means something else, 0 cannot be told by its first token."""
    meanings = list(question.options.values())
    by_token: dict[int, set[bool]] = {}
    for target, said in zip(request.targets, meanings, strict=True):
        by_token.setdefault(target[0], set()).add(said == meaning)
    signs = [(1 if said == meaning else -1) * (len(by_token[target[0]]) == 1)
             for target, said in zip(request.targets, meanings, strict=True)]  # fmt: skip
    if not {1, -1} <= set(signs):
        raise ValueError(f"{model.name}: no first token tells {meaning!r} from the other options of {meanings}")
    return np.array(signs)


@torch.inference_mode()
def _logits(model: LocalModel, states: np.ndarray) -> np.ndarray:
    """Logits `[state, vocabulary]` of residual states `[state, width]`."""
    body = model.model.base_model
    norm = next((getattr(body, name) for name in _NORMS if hasattr(body, name)), None)
    if norm is None:
        raise ValueError(f"{model.name}: no final norm found, the lens would skip it")
    hidden = norm(torch.from_numpy(states).to(model.model.device, model.model.dtype))
    return np.asarray(model.engine.trunk.logits(hidden).cpu().numpy())


def _odds(logits: np.ndarray, meant: np.ndarray) -> np.ndarray:
    """Log-odds `[state]` of a meaning; labels of one meaning add up."""
    yes, no = (np.logaddexp.reduce(logits[:, meant == sign], axis=1) for sign in (1, -1))
    return np.asarray(yes - no)
