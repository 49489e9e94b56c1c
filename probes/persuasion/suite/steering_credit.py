"""Does the model find the move that lost a partner? Three moves, one of them wrong for what was objected."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Choose, Play, Probe, Row, Trial
from probes.core.design import Arm, arms
from probes.persuasion.objections import SEEN, TURNS, Objections, objections
from probes.shared.world import LANGUAGES, tongue
from probes.shared.world.square import reading


@dataclass(frozen=True)
class SteeringCredit(Probe):
    """Does the model find the move that lost a partner?

    The form of `steering_partner` in which credit is to be assigned: a person objects three times, each time for
    another reason, and is answered with a move; two moves are what wins such people, one is not, and in the end the
    person says no. Which move was it? `pairing` is how many nats more a place gets where the wrong move stands there;
    tastes for a place or a kind of move cancel over a set. In the rows `moves` the objections are left out: the moves
    alone tell nothing.
    """

    sets: int = 2
    """Sets of four squares, the independent units."""
    seen: tuple[str, ...] = SEEN
    """What is shown: of `moves` and `talk`."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    credit_seed: int = 0
    """Seed of persons, topics and the order of objections."""

    measures: ClassVar[Mapping[str, str]] = {
        "hit": "share of a right answer",
        "p_found": "probability",
        "pairing": "nats",
        "mass": "probability of all options together",
    }
    chance: ClassVar[Mapping[str, float]] = {"hit": 1 / 3, "p_found": 1 / 3, "pairing": 0.0}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"seen": SEEN, "language": LANGUAGES}
    unit: ClassVar[str] = "pool"
    source: ClassVar[str] = "RL on Hindsight Regenerations 2024 (which move to change); own talks"
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"sets": 4}, "full": {"sets": 40}}
    example: ClassVar[Mapping[str, Any]] = {"sets": 1}

    def trials(self) -> Iterator[Trial]:
        """One a square; the options take turns."""
        for number, talk in enumerate(objections(self.sets, self.credit_seed, self.language)):
            yield Trial(talk=talk, square=number, rotation=number % len(TURNS))

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Three states at once, under one order of the options."""
        talk, arm = trial.talk, arms(TURNS)[trial.rotation]
        cells = [(seen, at) for seen in self.seen for at in range(len(TURNS))]
        replies = yield [question(talk, at, seen, arm) for seen, at in cells]
        for (seen, at), reply in zip(cells, replies, strict=True):
            yield Row(measured(reply, at), {"information": seen, "right": TURNS[at]} | arm.facts(), reply)


def question(talk: Objections, at: int, seen: str, arm: Arm) -> Choose:
    """Which of the three moves was wrong?"""
    words = tongue("partners", talk.language)
    lines = arm.lines({turn: words.phrase("which", place) for place, turn in enumerate(TURNS)})
    return Choose(talk.asked(at, seen, lines), arm.options)


def measured(reply: Choice, at: int) -> dict[str, float]:
    """Hit, probability and nats of the place where the wrong move stands."""
    nats = {meaning: reply.logprobs[label] for label, meaning in reply.options.items()}
    values = reading(np.array([nats[turn] for turn in TURNS]), at)
    return {"hit": values["hit"], "p_found": reply.p[TURNS[at]], "pairing": values["pairing"], "mass": reply.mass}
