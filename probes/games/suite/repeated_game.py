"""Repeated matrix games against scripts, tables, itself or another model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Trial
from probes.games import SEATS, SHELF
from probes.games.match import CHANCE, MEASURES, Seat
from probes.games.players import Seated, opponent
from probes.games.scene import Condition, Scene, identity, scenes


@dataclass(frozen=True)
class RepeatedGame(Probe):
    """Does the model cooperate, forgive, coordinate and show an end-game effect, or answer by position?

    Every field in the plural is a factor; all are crossed. `decision`: moves are drawn from the probabilities of the
    options, or taken at their maximum, or read from sampled text, or made by a script (`as:tit_for_tat`) while the
    probabilities are read along a history that is the same for every model. `repeats`: matches of each cell, for
    sampled moves. A symmetric game is played from one seat only, because both seats read the same prompt. The
    presentations of a match (its arms) share the fact `match`, which is the independent unit; a trial is one of them.
    """

    games: tuple[str, ...] = ("prisoners_dilemma",)
    opponents: tuple[str, ...] = ("tit_for_tat", "defect_once", "always_cooperate", "always_defect")
    rounds: int = 10
    seats: tuple[str, ...] = SEATS
    labels: tuple[str, ...] = ("JF",)
    covers: tuple[str, ...] = ("game/points",)
    horizons: tuple[str, ...] = ("announced",)
    notes: tuple[str, ...] = ("none",)
    memories: tuple[str, ...] = ("full",)
    thinking: tuple[str, ...] = ("direct",)
    personas: tuple[str, ...] = ("none",)
    placement: str = "system"
    decision: str = "draw"
    repeats: int = 1
    tied: bool = False
    """Half the presentations: labels follow places, so that both biases cancel together."""

    example: ClassVar[Mapping[str, Any]] = {"opponents": ("tit_for_tat", "random"), "rounds": 4}
    measures: ClassVar[Mapping[str, str]] = MEASURES
    chance: ClassVar[Mapping[str, float]] = CHANCE
    unit: ClassVar[str] = "match"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "Akata et al. 2025, Playing repeated games with LLMs, doi:10.1038/s41562-025-02172-y"

    def trials(self) -> Iterator[Trial]:
        """One match per trial."""
        for game, against, seat, labels, thinking, condition in product(
            self.games, self.opponents, self.seats, self.labels, self.thinking, self.conditions()
        ):
            once = against == "self" or SHELF[game].symmetric
            if once and seat != self.seats[0]:
                continue
            for scene in scenes(SHELF[game], seat, labels, condition, self.rounds, self.tied):
                yield from self._repeated(scene, against, seat, thinking)

    def conditions(self) -> list[Condition]:
        """All wordings and contexts."""
        factors = product(self.covers, self.horizons, self.notes, self.memories, self.personas)
        return [Condition(*factor, placement=self.placement) for factor in factors]

    def _repeated(self, scene: Scene, against: str, seat: str, thinking: str) -> Iterator[Trial]:
        shown = {"opponent": against, "seated": seat, "thinking": thinking, "decision": self.decision}
        for repeat in range(self.repeats):
            name = "|".join([*identity(scene), *shown.values(), str(repeat)])
            yield Trial(match=name, scene=scene, **shown, repeat=repeat)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """The rounds of one match; in self-play both seats are asked and both bring rows."""
        scene: Scene = trial.scene
        facing = scene.from_the_other_side()
        me = Seated(scene, trial.thinking, self.decision)
        other = opponent(trial.opponent, facing, trial.thinking, self.decision)
        past: list[tuple[str, str]] = []
        for _ in range(self.rounds):
            mirrored = tuple((theirs, mine) for mine, theirs in past)
            mine = yield from me.move(past, rng)
            theirs = yield from other.move(mirrored, rng)
            yield Seat(scene, trial.seated, tuple(past)).row(mine, theirs)
            if trial.opponent == "self":
                yield Seat(facing, _other_seat(trial.seated), mirrored).row(theirs, mine)
            past.append((mine.action, theirs.action))


def _other_seat(seat: str) -> str:
    return SEATS[1 - SEATS.index(seat)]
