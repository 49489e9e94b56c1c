"""What a judge says about the turns a model wrote: any model reads, by forced choice, those of a finished run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes import schema
from probes.core import Play, Probe, Row, Trial
from probes.user_turn import judge
from probes.user_turn.labelled import generated

KEPT = ("context", "query", "answer", "temperature", "sample", "depth", "answer_source")
"""What a judged turn keeps of the run's facts."""


@dataclass(frozen=True)
class UserTurnJudge(Probe):
    """A judge's class of every untouched user turn of a run of `user_turn`, in six counterbalanced presentations.

    It also reads the fresh turns of SmolLM2-135M that have labels: they say how far its rates can be trusted.
    """

    run: str = ""
    """The run folder whose turns are read; empty: the labelled turns alone."""
    most: int = 0
    """How many turns of each kind at most, evenly spread; 0 reads all."""

    example: ClassVar[Mapping[str, Any]] = {"most": 4}
    measures: ClassVar[Mapping[str, str]] = {
        "follow_up": "1 if the judge calls the turn a follow-up, else 0",
        "agrees": "1 if the label, or of a run's turns the rules, said the same, follow-up or not",
        "judge_mass": "probability of all options together",
    }
    chance: ClassVar[Mapping[str, float]] = {}
    unit: ClassVar[str] = "context"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "own: forced choice among six classes, labels and places counterbalanced"

    def steps(self) -> int:
        """One choice per arm."""
        return len(judge.judge_arms())

    def trials(self) -> Iterator[Trial]:
        """One trial per turn; `other_says` is what the label, or of a run's turns the rules, made of it."""
        for turns in (list(_labelled()), list(_written(self.run) if self.run else ())):
            wanted = self.most if 0 < self.most < len(turns) else len(turns)
            for k in range(wanted):
                yield Trial(**turns[k * len(turns) // wanted])

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """All arms at once; the class with the highest mean probability is the judge's."""
        chosen, _, mass = judge.pooled((yield judge.questions(trial.query, trial.answer, trial.turn)))
        follow_up = chosen == "follow_up"
        agrees = float(follow_up == (trial.other_says == "follow_up"))
        yield Row({"follow_up": float(follow_up), "agrees": agrees, "judge_mass": mass}, {"class": chosen})


def _labelled() -> Iterator[dict[str, Any]]:
    for one in generated():
        if one.seen:
            continue
        about = {"context": one.context.id, "query": one.context.query(), "answer": one.answer, "turn": one.turn}
        yield about | {"temperature": None, "origin": "labelled", "other_says": one.label}


def _written(run: str) -> Iterator[dict[str, Any]]:
    """Untouched turns of a finished run of `user_turn`: one row per turn in its table."""
    wanted = {"measure": "follow_up", "perturbation": "none", "status": "ok"}
    for row in schema.table(run, "user_turn").to_pylist():
        if all(row[name] == value for name, value in wanted.items()):
            yield {name: row[name] for name in KEPT} | {
                "turn": row["text"],
                "origin": "run",
                "other_says": row["class"],
            }
