"""What a notebook would ask: every call of `probes.run`, counted whole, and timed on a sample of its trials.

A run reads what neighbouring trials share once, and answers many trials in one batch. So a sample consists of
neighbours, and the first of them, whose beginnings are not in the cache yet, are not extrapolated.
"""

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

import numpy as np
import pandas as pd

import probes
from analysis.study.replay import asking
from probes.core.questions import Question
from probes.core.script import plans, probe_name

SHARE, QUESTIONS, MOST = 0.04, 80, 0.25
"""Share of the trials that is timed; more where they ask fewer questions, since small batches cost more; at most."""
PLACES = 5
"""Where in the list of trials neighbours are taken, since its parts differ in length; fewer where it is short."""


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
        table, asked = _sampled(probe, model, seed, out or folder, share, how)
        samples.append(asked)
        return table

    with TemporaryDirectory(prefix="interlocutor-plan-") as folder:
        asking(notebook).execute({**parameters, "out": folder}, run, load_model)
    return samples


def places(trials: int) -> list[int]:
    """The first trial of each of the runs of neighbours.

    >>> places(1000), places(12), places(1)
    ([0, 200, 400, 600, 800], [0, 6], [0])
    """
    many = min(PLACES, math.ceil(trials / 10))
    return [place * trials // many for place in range(many)]


def following(trials: int, many: float) -> list[int]:
    """About as `many` neighbours, those that follow upon the first.

    >>> following(1000, 10)
    [1, 2, 201, 202, 401, 402, 601, 602, 801, 802]
    """
    first = places(trials)
    after = {start + step for start in first for step in range(1, math.ceil(many / max(1, len(first))) + 1)}
    return sorted(after.difference(first) & {*range(trials)})


def _only(probe: Any, trials: Sequence[Any]) -> Any:
    """The probe with these trials for its own: a run makes probe objects anew, so the class must hold them."""
    kind, part = type(probe), replace(probe)
    held = type(kind.__name__, (kind,), {"__module__": kind.__module__, "trials": lambda self: iter(trials)})
    object.__setattr__(part, "__class__", held)  # a frozen dataclass
    return part


def _sampled(probe: Any, model: Any, seed: int, out: Any, share: float, how: Mapping[str, Any]) -> tuple[Any, Asked]:
    every, begun, counted = list(plans(probe, seed)), time.perf_counter(), Counted(model)

    def tried(part: Sequence[int]) -> tuple[Any, np.ndarray]:
        table = probes.run(_only(probe, [every[at].trial for at in part]), counted, seed, out=out, **how)
        rows = len(table.drop_duplicates(["key", "row"]))
        return table, np.array([rows, counted.questions, counted.tokens, counted.seconds])

    first = places(len(every))
    table, once = tried(first)
    wanted = max(share * len(every), QUESTIONS * len(first) / max(1, once[1]))
    after = following(len(every), min(wanted, max(share, MOST) * len(every)))
    table, both = tried(sorted(first + after))  # finds the replies of the first
    aside = time.perf_counter() - begun - counted.seconds
    rows, questions, tokens, seconds = once + (both - once) * (len(every) - len(first)) / max(1, len(after))
    units = sorted({str(plan.cluster) for plan in every})
    about = probe_name(type(probe)), type(probe).version, json.loads(json.dumps(probe.parameters(), default=str))
    return table, Asked(*about, len(every), len(units), digest(units), rows=round(rows), questions=round(questions),
                        tokens=round(tokens), seconds=float(aside + seconds),
                        sampled=len(first) + len(after))  # fmt: skip


def digest(names: Sequence[str]) -> str:
    """Of the names of units, whatever their order."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]
