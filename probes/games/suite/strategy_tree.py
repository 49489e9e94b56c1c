"""A model's strategy read exactly: its probabilities after every possible history, without playing a match."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Row, Trial
from probes.games import SEATS, SHELF, Game
from probes.games.match import Seat
from probes.games.players import choose
from probes.games.scene import NOTES, STORIES, Condition, identity, scenes
from probes.games.wording import question


@dataclass(frozen=True)
class StrategyTree(Probe):
    """Which strategy does the model follow in a repeated game, over all histories of the first `depth` rounds?

    A trial is one presentation of a game, a setting all presentations of it. A trial asks the model in every history
    of fewer than `depth` finished rounds: 1 + 4 + 16 questions for depth 3 of a 2x2 game. `rounds` is the number
    announced; with `rounds == depth` the tree is the whole game and includes its last round.
    """

    games: tuple[str, ...] = ("prisoners_dilemma",)
    """Names in `probes.games`."""
    depth: int = 3
    """Rounds of the tree."""
    rounds: int = 3
    """Rounds that are announced."""
    seats: tuple[str, ...] = SEATS
    """The seats that the model plays from."""
    labels: tuple[str, ...] = ("JF",)
    """The letters of the options, one string for each set."""
    covers: tuple[str, ...] = ("game/points",)
    """`story/currency`: the cover story that the pay-offs are told in, and the unit they are paid in."""
    horizons: tuple[str, ...] = ("announced",)
    """What is said about the end: `announced`, `indefinite`, `unstated`, or `ending_40`, a chance of 40 % a round."""
    notes: tuple[str, ...] = ("none",)
    """What is said about the other player."""
    personas: tuple[str, ...] = ("none",)
    """Names in `probes.personas`; `none` is the model as itself."""
    tied: bool = False
    """Half the presentations: labels follow places, so that both biases cancel together."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"seats": SEATS, "notes": NOTES}
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"covers": STORIES, "tied": True},
        "full": {"covers": STORIES},
    }
    example: ClassVar[Mapping[str, Any]] = {"depth": 2}
    measures: ClassVar[Mapping[str, str]] = {"p_cooperate": "probability", "p_first": "probability",
                                             "mass": "probability"}  # fmt: skip
    chance: ClassVar[Mapping[str, float]] = {"p_cooperate": 0.5, "p_first": 0.5}
    unit: ClassVar[str] = "setting"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "own protocol; games and wording as in Akata et al. 2025, doi:10.1038/s41562-025-02172-y"

    def trials(self) -> Iterator[Trial]:
        """One presentation of one game a trial."""
        if self.depth > self.rounds:
            raise ValueError(f"the tree is {self.depth} rounds deep, but only {self.rounds} rounds are announced")
        factors = list(product(self.covers, self.horizons, self.notes, ("full",), self.personas))
        for game, seat, labels, factor in product(self.games, self.seats, self.labels, factors):
            if SHELF[game].symmetric and seat != self.seats[0]:
                continue
            for scene in scenes(SHELF[game], seat, labels, Condition(*factor), self.rounds, self.tied):
                yield Trial(
                    setting="|".join([*identity(scene), seat]), scene=scene, seated=seat, payoffs=_payoffs(scene.game)
                )

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One row per history, the shorter ones first."""
        scene = trial.scene
        other = scene.game.transposed()
        outcomes = list(scene.game.outcomes())
        histories = [past for length in range(self.depth) for past in product(outcomes, repeat=length)]
        replies = yield [choose(scene, past, question(scene, len(past) + 1), scene.arm) for past in histories]
        for past, reply in zip(histories, replies, strict=True):
            values = {"p_cooperate": reply.p[scene.game.cooperative], "p_first": reply.p[scene.arm.first]}
            letters = [scene.game.letter(mine) + other.letter(yours) for mine, yours in past]
            facts = {**Seat(scene, trial.seated, past).situation(), "history": " ".join(letters)}
            yield Row({**values, "mass": reply.mass}, facts, reply)


def _payoffs(game: Game) -> str:
    """Both pay-offs of the outcomes CC, CD, DC and DD: what an analysis needs to value a strategy."""
    other = game.transposed()
    mine, yours = (game.cooperative, game.defection), (other.cooperative, other.defection)
    named = product(zip("CD", mine, strict=True), zip("CD", yours, strict=True))
    return " ".join("{}{}={:g}/{:g}".format(a, b, *game.points(x, y)) for (a, x), (b, y) in named)
