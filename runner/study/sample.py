"""What a notebook would ask: every call of `probes.run`, counted whole, and timed on a sample of its trials."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

import probes
from analysis.study.replay import asking
from probes.core.questions import Question
from probes.core.script import plans, probe_name

SHARE, FEWEST = 0.02, 3
"""Share of the trials that is timed, and the fewest."""


@dataclass(frozen=True)
class Asked:
    """One call of `probes.run`.

    Parameters
    ----------
    probe, version, parameters : what is asked.
    trials, units : how many there are in all; `stimuli` is the digest of the units' names.
    rows, questions, tokens, seconds : for all trials, as the sample makes them. Tokens are those that were answered.
        What a run costs once, whatever its size, is counted once.
    sampled : trials that were timed.
    """

    probe: str
    version: int
    parameters: dict[str, Any]
    trials: int
    units: int
    stimuli: str
    rows: int
    questions: int
    tokens: int
    seconds: float
    sampled: int


class Counted:
    """A model that counts what it is asked, and how long it takes to answer."""

    def __init__(self, model: Any) -> None:
        self._model, self.questions, self.tokens, self.seconds = model, 0, 0, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def reply(self, questions: Sequence[Question], progress: Callable[[int], None] | None = None) -> list[Any]:
        """The model's own replies."""
        begun = time.perf_counter()
        replies = self._model.reply(questions, progress=progress)
        self.seconds += time.perf_counter() - begun
        self.questions += len(replies)
        self.tokens += sum(len(reply.logprobs) for reply in replies)
        return list(replies)


def measured(notebook: Path, parameters: Mapping[str, Any], load_model: Callable[..., Any] = probes.load_model,
             share: float = SHARE) -> list[Asked]:  # fmt: skip
    """Run a sample of every probe of a notebook in a folder that is removed again.

    Raises NotReplayable where the notebook cannot be read, or what it asks depends on what a sample cannot show.
    """
    samples: list[Asked] = []

    def run(probe: Any, model: Any, seed: int = 0, out: Any = None, **how: Any) -> pd.DataFrame:
        table, asked = _sampled(probe, model, seed, out, share, how)
        samples.append(asked)
        return table

    with TemporaryDirectory(prefix="interlocutor-plan-") as folder:
        asking(notebook).execute({**parameters, "out": folder}, run, load_model)
    return samples


def _of_trials(kind: type, chosen: Sequence[Any]) -> type:
    """The kind of probe with these trials for its own: a run makes probe objects anew, so the kind must hold them."""
    return type(kind.__name__, (kind,), {"__module__": kind.__module__, "trials": lambda self: iter(chosen)})


def _sampled(probe: Any, model: Any, seed: int, out: Any, share: float, how: Mapping[str, Any]) -> tuple[Any, Asked]:
    every = list(plans(probe, seed))
    many = min(len(every), max(FEWEST, math.ceil(share * len(every))))
    chosen = [every[round(k * (len(every) - 1) / max(1, many - 1))].trial for k in range(many)]
    part = replace(probe)
    object.__setattr__(part, "__class__", _of_trials(type(probe), chosen))  # a frozen dataclass
    counted = Counted(model)
    begun = time.perf_counter()
    table = probes.run(part, counted, seed, out=out, **how)
    aside, scale = time.perf_counter() - begun - counted.seconds, len(every) / max(1, many)
    units = sorted({str(plan.cluster) for plan in every})
    rows = len(table.drop_duplicates(["key", "row"]))
    parameters = json.loads(json.dumps(probe.parameters(), default=str))
    made, questions, tokens = (round(count * scale) for count in (rows, counted.questions, counted.tokens))
    return table, Asked(probe_name(type(probe)), type(probe).version, parameters, len(every), len(units), digest(units),
                        made, questions, tokens, aside + counted.seconds * scale, many)  # fmt: skip


def digest(names: Sequence[str]) -> str:
    """Of the names of units, whatever their order."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]
