"""Do the instruments that read user turns agree with a reader's labels, and with each other?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Row, Scalar, Trial
from probes.shared.turns.rules import classify
from probes.user_turn import companion, grounding, judge
from probes.user_turn.contexts import own
from probes.user_turn.labelled import generated, labelled
from probes.user_turn.sources import Pool, spread


@dataclass(frozen=True)
class UserTurnInstruments(Probe):
    """Rules, a judge and grounding on the hand-labelled turns; the probed model is judge and likelihood at once.

    Rules also read turns that a model wrote, which were only told apart into follow-ups and others.
    """

    per_class: int = 0
    """How many turns of each class the model reads, evenly spread; 0 takes all. The rules always read all."""
    others: int = 6
    """Mismatched contexts behind every grounding; 0 leaves grounding out."""
    fresh: int = 0
    """Mismatched contexts behind the grounding of a model's turns on which no rule was corrected; 0 leaves it out."""
    judge: bool = True
    """Whether the model also judges by forced choice, six arms a turn."""

    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"per_class": 2, "others": 0},
        "full": {"others": 8, "fresh": 8},
    }
    """Sizes of the report."""
    example: ClassVar[Mapping[str, Any]] = {"per_class": 1, "others": 2}
    measures: ClassVar[Mapping[str, str]] = {
        "rules": "1 if the rules give the hand label, else 0",
        "judge": "1 if the judge gives the hand label, else 0",
        "judge_mass": "probability of all options together",
        **companion.MEASURES,
    }
    chance: ClassVar[Mapping[str, float]] = {}
    unit: ClassVar[str] = "context"
    version: ClassVar[int] = 3
    source: ClassVar[str] = "own: 257 turns labelled by hand beside 125 true next turns, and 566 of a model's"

    def trials(self) -> Iterator[Trial]:
        """One trial per labelled turn."""
        known = own()
        place = {context.id: k for k, context in enumerate(known)}
        for _, group in groupby(sorted(labelled(), key=lambda one: one.label), key=lambda one: one.label):
            turns = list(group)
            read = _every(len(turns), self.per_class)
            for k, one in enumerate(turns):
                pool = Pool(tuple(spread(known, one.context, place[one.context.id], self.others)))
                about = {"label": one.label, "hard": one.hard, "by_model": k in read, "after": one.answer}
                yield Trial(item=one.context, turn=one.turn, pool=pool, origin="written", **about)
        for one in generated():
            about = {"label": one.label, "hard": False, "by_model": False, "after": one.answer}
            origin, many = ("model, seen", 0) if one.seen else ("model", self.fresh)
            pool = Pool(tuple(spread(known, one.context, place[one.context.id], many)) if many else ())
            yield Trial(item=one.context, turn=one.turn, pool=pool, origin=origin, **about)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """The judge's arms, then the likelihoods; the rules ask nothing."""
        query, answer = trial.item.query(), trial.after
        label = classify(trial.turn, query, answer)
        facts: dict[str, Scalar] = {"class": label}
        values: dict[str, float | str] = dict.fromkeys(self.measures, "unscored")
        predicted = label if trial.origin == "written" or label == "follow_up" else "other"
        values["rules"] = float(predicted == trial.label)
        if self.judge and trial.by_model:
            chosen, _, mass = judge.pooled((yield judge.questions(query, answer, trial.turn)))
            values |= {"judge": float(chosen == trial.label), "judge_mass": mass}
            facts["judge_class"] = chosen
        if self.others and trial.by_model and trial.turn.strip():
            asked = companion.questions(trial.item.asked().assistant(answer), trial.turn, trial.pool.shown())
            values |= companion.read(asked, (yield [*asked]))
        elif trial.origin == "model" and trial.pool.contexts and trial.turn.strip():
            scored = grounding.question(trial.item.asked().assistant(answer), trial.turn, trial.pool.shown())
            values |= grounding.read(scored, (yield scored)).values()
        yield Row(values, facts)


def _every(many: int, wanted: int) -> set[int]:
    """Places of `wanted` among `many`, evenly spread; all where 0 or too few."""
    return {int(k * many / wanted) for k in range(wanted)} if 0 < wanted < many else set(range(many))
