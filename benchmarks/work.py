"""The questions of real probes as token ids: what a run asks, window by window, all or its first trials.

A stand-in answers while they are collected, so that any model gets the same questions in an instant; where a
question quotes an earlier reply, it quotes the stand-in's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice, pairwise
from typing import Any

import probes
from probes import Choose, Continue, ScriptedModel
from probes.core.progress import quiet
from probes.models.asking import Request, shared_length
from probes.models.engine import SampleIds, ScoreIds

Ids = tuple[int, ...]
PROBES = {
    "minds": "persona_tom", "user_turn": "user_turn", "games": "repeated_game", "context": "own_words",
    "calibration": "calibration", "characters": "simulated_user", "choices": "own_choices", "inside": "membership",
    "instructions": "rule_scope", "persuasion": "debate", "user_model": "timeline",
}  # fmt: skip
"""A probe of every family; the first four are those that the goals are about."""
SAID = "I think so, because it was there in the morning and nobody has told me of anything else since."


@dataclass(frozen=True)
class Work:
    """`calls`: requests as they reach the engine together; `whole`: (requests, new tokens) of the run they begin."""

    probe: str
    calls: tuple[tuple[Request, ...], ...]
    whole: tuple[int, int]

    @property
    def requests(self) -> list[Request]:
        return [request for call in self.calls for request in call]

    @property
    def fed(self) -> list[Ids]:
        """What the model must see: prompts, with all of a target but its last token."""
        return [sequence for request in self.requests for sequence in fed(request)]

    def __str__(self) -> str:
        tokens, unique = sum(map(len, self.fed)), unique_tokens(self.fed)
        asked = f"{len(self.requests)} of {self.whole[0]}" if len(self.requests) < self.whole[0] else self.whole[0]
        return f"{self.probe}: {asked} questions, {tokens} tokens, {unique} unique"


class Recorder(ScriptedModel):
    """Keeps what it is asked."""

    def __init__(self) -> None:
        super().__init__(stand_in)
        self.calls: list[list[Any]] = []

    def reply(self, questions: Sequence[Any], progress: Any = None) -> list[Any]:
        self.calls.append(list(questions))
        return super().reply(questions, progress)


def stand_in(question: Any) -> Any:
    """All options alike, one sentence for every turn."""
    if isinstance(question, Choose):
        return dict.fromkeys(question.options.values(), 1 / len(set(question.options.values())))
    return SAID if isinstance(question, Continue) else -1.0


def asked(model: Any, family: str, tokens: float) -> Work:
    """The family's probe at its default size, or its first trials with about `tokens` new tokens and at least one."""
    kind = probes.suite[PROBES[family]]
    probe = kind.sized("small") if "small" in kind.profiles else kind()
    trials = len(list(probe.trials()))
    whole = calls = recorded(model, probe, trials)
    count = float(trials)
    while count > 1 and new_tokens(calls) > tokens:
        count = max(1.0, min(0.8 * count, count * tokens / new_tokens(calls)))
        calls = recorded(model, probe, int(count))
    return Work(PROBES[family], tuple(map(tuple, calls)), (sum(map(len, whole)), new_tokens(whole)))


def recorded(model: Any, probe: Any, count: int) -> list[list[Request]]:
    """What the first `count` trials ask, in requests to the engine of `model`."""
    kind = type(probe)
    first = {"trials": lambda self: islice(kind.trials(self), count), "__module__": kind.__module__}
    recorder, share = Recorder(), type(kind.__name__, (kind,), first)
    with quiet():
        probes.run(share(**{each.name: getattr(probe, each.name) for each in fields(probe)}), recorder)
    calls = [[each for question in call for each in model.requests(question, seed=0)] for call in recorder.calls]
    return [[replace(each, seed=k) if isinstance(each, SampleIds) else each for k, each in enumerate(call)]
            for call in calls]  # fmt: skip


def new_tokens(calls: list[list[Request]]) -> int:
    """Tokens that must be computed: each shared beginning once, turns that are written at half of their limit."""
    requests = [request for call in calls for request in call]
    written = sum(request.max_tokens // 2 for request in requests if isinstance(request, SampleIds))
    return unique_tokens([sequence for request in requests for sequence in fed(request)]) + written


def fed(request: Request) -> list[Ids]:
    """The sequences that a request has the model read."""
    if isinstance(request, SampleIds):
        return [request.prompt]
    return sorted({request.prompt + target[:-1] for target in request.targets})


def unique_tokens(sequences: list[Ids]) -> int:
    """Tokens of the prefix tree of the sequences: what must be computed at least."""
    ordered = sorted(sequences)
    return sum(map(len, ordered)) - sum(shared_length(a, b) for a, b in pairwise(ordered))


def choices(work: Work) -> list[ScoreIds]:
    """Its forced choices between single tokens."""
    return [each for each in work.requests if isinstance(each, ScoreIds) and all(len(t) == 1 for t in each.targets)]
