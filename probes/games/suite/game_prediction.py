"""Can the model predict another player's choices, as an opponent and as an observer?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Play, Probe, Row, Trial
from probes.games import SHELF
from probes.games.players import Scripted, choose
from probes.games.scene import STORIES, VIEWS, Condition, identity, scenes
from probes.games.stimuli.opponents import STRATEGIES
from probes.games.wording import prediction


@dataclass(frozen=True)
class GamePrediction(Probe):
    """Can the model predict a scripted player, as its opponent and as an observer?

    A match between two scripts is shown round by round; before each round the model is asked what the second player
    will choose. `player` puts the model in the first seat, `observer` outside. Nothing depends on its own moves.
    """

    games: tuple[str, ...] = ("battle_of_the_sexes",)
    """Names in `probes.games`."""
    pairs: tuple[str, ...] = ("always_defect/alternator", "always_cooperate/always_defect", "random/tit_for_tat")
    """Scripts of the first and of the second player."""
    views: tuple[str, ...] = VIEWS
    """Where the model stands: in the first seat, or outside."""
    rounds: int = 10
    """Rounds of a match."""
    labels: tuple[str, ...] = ("JF",)
    """The letters of the options, one string for each set."""
    covers: tuple[str, ...] = ("game/points",)
    """`story/currency`: the cover story that the pay-offs are told in, and the unit they are paid in."""
    tied: bool = False
    """Half the presentations: labels follow places, so that both biases cancel together."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"views": VIEWS}
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"pairs": ("always_defect/alternator",), "covers": STORIES, "tied": True},
        "full": {"pairs": ("always_defect/alternator",), "covers": STORIES},
    }
    example: ClassVar[Mapping[str, Any]] = {"rounds": 4}
    measures: ClassVar[Mapping[str, str]] = {"p_actual": "probability", "foresees": "0 or 1", "p_first": "probability",
                                             "mass": "probability"}  # fmt: skip
    chance: ClassVar[Mapping[str, float]] = {"p_actual": 0.5, "foresees": 0.5, "p_first": 0.5}
    unit: ClassVar[str] = "match"
    version: ClassVar[int] = 2
    source: ClassVar[str] = "Akata et al. 2025, Playing repeated games with LLMs, doi:10.1038/s41562-025-02172-y"

    def trials(self) -> Iterator[Trial]:
        """One match in one presentation from one point of view a trial."""
        for game, pair, view, cover, labels in product(self.games, self.pairs, self.views, self.covers, self.labels):
            for scene in scenes(SHELF[game], "row", labels, Condition(cover), self.rounds, self.tied):
                yield Trial(match="|".join([*identity(scene), pair, view]), scene=scene, pair=pair, view=view)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One row per round."""
        scene = trial.scene
        names, games = trial.pair.split("/"), (scene.game, scene.game.transposed())
        first, second = (Scripted(game, STRATEGIES[name]) for game, name in zip(games, names, strict=True))
        past: list[tuple[str, str]] = []
        for number in range(1, self.rounds + 1):
            mine = yield from first.move(past, rng)
            actual = (yield from second.move([(b, a) for a, b in past], rng)).action
            reply = yield choose(scene, past, prediction(scene, number, trial.view), scene.others, trial.view)
            values = {"p_actual": reply.p[actual], "foresees": _credit(reply.p, actual)}
            values |= {"p_first": reply.p[scene.others.first], "mass": reply.mass}
            yield Row(values, {"round": number, "actual": actual}, reply)
            past.append((mine.action, actual))


def _credit(p: Mapping[str, float], actual: str) -> float:
    """1 for the likeliest option, shared where several tie."""
    best = [option for option, share in p.items() if share == max(p.values())]
    return 1 / len(best) if actual in best else 0.0
