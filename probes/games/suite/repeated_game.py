"""Repeated matrix games against scripts, tables, itself or another model."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Trial
from probes.games import SEATS, SHELF
from probes.games.match import CHANCE, MEASURES, Seat
from probes.games.players import PARTNER, THINKING, Seated, opponent
from probes.games.scene import MEMORIES, NOTES, STORIES, Condition, Scene, identity, scenes
from probes.shared.personas import PLACEMENTS

CLASSICS, ANSWERING = ("prisoners_dilemma", "battle_of_the_sexes"), ("tit_for_tat", "alternator")


@dataclass(frozen=True)
class RepeatedGame(Probe):
    """Does the model cooperate, forgive, coordinate and show an end-game effect, or answer by position?

    Every field in the plural is a factor; all are crossed. A symmetric game is played from one seat only, because both
    seats read the same prompt. Where a script makes the moves (`decision="as:tit_for_tat"`) the probabilities are read
    along a history that is the same for every model. The presentations of a match (its arms) share the fact `match`,
    which is the independent unit; a trial is one of them.
    """

    games: tuple[str, ...] = ("prisoners_dilemma",)
    """Names in `probes.games`."""
    opponents: tuple[str, ...] = ("tit_for_tat", "defect_once", "always_cooperate", "always_defect")
    """Strategies, with a parameter after a colon (`defect_once:4`); `self`, or `partner` for another model."""
    rounds: int = 10
    """Rounds of a match."""
    seats: tuple[str, ...] = SEATS
    """The seats that the model plays from. A symmetric game is played from the first one only."""
    labels: tuple[str, ...] = ("JF",)
    """The letters of the options, one string for each set."""
    covers: tuple[str, ...] = ("game/points",)
    """`story/currency`: the cover story that the pay-offs are told in, and the unit they are paid in."""
    horizons: tuple[str, ...] = ("announced",)
    """What is said about the end: `announced`, `indefinite`, `unstated`, or `ending_40`, a chance of 40 % a round."""
    notes: tuple[str, ...] = ("none",)
    """What is said about the other player."""
    memories: tuple[str, ...] = ("full",)
    """Which past rounds are shown."""
    thinking: tuple[str, ...] = ("direct",)
    """Whether the model first predicts the other's move."""
    personas: tuple[str, ...] = ("none",)
    """Names in `probes.personas`; `none` is the model as itself."""
    placement: str = "system"
    """Where the persona stands."""
    decision: str = "draw"
    """How a move is made: drawn from the probabilities of the options (`draw`), their maximum (`argmax`), read from
    sampled text (`text`), or made by a script (`as:tit_for_tat`)."""
    repeats: int = 1
    """Matches of each cell, for moves that are drawn."""
    tied: bool = False
    """Half the presentations: labels follow places, so that both biases cancel together."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {
        "seats": SEATS,
        "notes": NOTES,
        "memories": MEMORIES,
        "thinking": THINKING,
        "placement": PLACEMENTS,
    }
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"games": CLASSICS, "opponents": ANSWERING, "covers": STORIES},
        "full": {"games": CLASSICS, "opponents": ANSWERING, "covers": STORIES},
    }
    example: ClassVar[Mapping[str, Any]] = {"opponents": ("tit_for_tat", "random"), "rounds": 4}
    measures: ClassVar[Mapping[str, str]] = MEASURES
    chance: ClassVar[Mapping[str, float]] = CHANCE
    unit: ClassVar[str] = "match"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "Akata et al. 2025, Playing repeated games with LLMs, doi:10.1038/s41562-025-02172-y"

    def partners(self) -> tuple[str, ...]:
        """The other model, where it is an opponent."""
        return (PARTNER,) if PARTNER in self.opponents else ()

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
        facts = {"opponent": against, "seated": seat, "thinking": thinking, "decision": self.decision}
        for repeat in range(self.repeats):
            name = "|".join([*identity(scene), *facts.values(), str(repeat)])
            yield Trial(match=name, scene=scene, **facts, repeat=repeat)

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
