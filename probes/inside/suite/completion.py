"""Easy completions that a model of any size should get right: a check for side effects of an intervention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from probes.core import Choose, Play, Probe, Row, Trial
from probes.core.transcript import Transcript
from probes.inside.stimuli import lists


@dataclass(frozen=True)
class Item:
    """A question, how its answer begins, the right word and a wrong one."""

    name: str
    group: str
    question: str
    stem: str
    right: str
    wrong: str


@cache
def items() -> dict[str, Item]:
    """Items by name; every answer of a group is right once and wrong once."""
    every = [
        Item(f"{group}-{k}", group, question, stem, answer, listed[(k + 1) % len(listed)][2])
        for group, listed in lists("completions").items()
        for k, (question, stem, answer) in enumerate(listed)
    ]
    return {item.name: item for item in every}


@dataclass(frozen=True)
class Completion(Probe):
    """Does the model still do what is easy: which of two words ends a plain sentence?

    A check for side effects: accuracy, calibration and option mass while the model is steered or otherwise changed.
    """

    groups: tuple[str, ...] = ()
    """Groups of items; empty takes all."""

    measures: ClassVar[Mapping[str, str]] = {
        "hit": "share of items whose right word is the likelier one",
        "p_right": "probability of the right word of two",
        "mass": "probability of both words together",
    }
    chance: ClassVar[Mapping[str, float]] = {"hit": 0.5, "p_right": 0.5}
    unit: ClassVar[str] = "item"
    source: ClassVar[str] = "own items"
    example: ClassVar[Mapping[str, object]] = {}

    def trials(self) -> Iterator[Trial]:
        """One an item."""
        for item in items().values():
            if item.group in (self.groups or (item.group,)):
                yield Trial(item=item.name, group=item.group)

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        """One forced choice between two continuations."""
        item = items()[trial.item]
        labels = {f" {item.right}": "right", f" {item.wrong}": "wrong"}
        reply = yield Choose(Transcript().user(item.question), labels, prefill=item.stem)
        right = reply.p["right"]
        hit = float(right > 0.5) if right != 0.5 else 0.5
        yield Row({"hit": hit, "p_right": right, "mass": reply.mass}, reply=reply)
