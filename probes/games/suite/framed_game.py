"""The same matrix in several stories, asked as a choice and as a sentence: does the story change the move?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np
from scipy.special import softmax

from probes.core import Choice, Play, Probe, Row, Score, Scored, Trial
from probes.games import SHELF, ordinal
from probes.games.players import choose
from probes.games.scene import Condition, Scene, scenes
from probes.games.wording import ask, question

FRAMES = ("game/points", "show/points", "pub/points")
CHANNELS = ("choice", "text")
SYMMETRIC = ordinal.NAMES[11:133:11]
"""The twelve symmetric ones of the 144 strict ordinal games: pay-offs are the ranks 1 to 4 of either player."""


@dataclass(frozen=True)
class FramedGame(Probe):
    """Does the story change the move where the pay-offs stay the same?

    The first move of a matrix game is read twice: from the labels after the word for an option (`choice`), and from
    whole sentences that announce each action, scored in the open turn (`text`). Stories differ in nouns and opening
    only; matrix, labels, their order and the unit of the pay-offs are the same. The game is the independent unit.
    """

    games: tuple[str, ...] = SYMMETRIC
    """Names in `probes.games`, of two actions a player."""
    frames: tuple[str, ...] = FRAMES
    """`story/currency`; the first is what the others are compared with."""
    channels: tuple[str, ...] = CHANNELS
    """How a move is read: `choice` or `text`."""
    rounds: int = 5
    """Rounds that are announced; the first is asked for."""
    tied: bool = True
    """Half the presentations: labels follow places, so that both biases cancel together."""

    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"channels": CHANNELS}
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {},
        "full": {"games": ordinal.NAMES, "tied": False},
    }
    example: ClassVar[Mapping[str, Any]] = {"games": ("prisoners_dilemma", "stag_hunt"), "rounds": 2}
    measures: ClassVar[Mapping[str, str]] = {
        "p_cooperate": "probability",
        "p_dominated": "probability",
        "p_first": "probability",
        "mass": "probability",
    }
    chance: ClassVar[Mapping[str, float]] = {"p_cooperate": 0.5, "p_dominated": 0.5, "p_first": 0.5}
    unit: ClassVar[str] = "game"
    source: ClassVar[str] = "Concordia (Vezhnevets et al. 2023), games told as scenes; own stories and readings"

    def trials(self) -> Iterator[Trial]:
        """Games x frames."""
        for game, frame in product(self.games, self.frames):
            yield Trial(game=game, frame=frame, reference=self.frames[0])

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """All presentations and channels at once; a row for each."""
        told = scenes(SHELF[trial.game], "row", "JF", Condition(trial.frame), self.rounds, self.tied)
        cells = list(product(told, self.channels))
        replies = yield [one for scene, channel in cells for one in _asked(scene, channel)]
        rest = iter(replies)
        for scene, channel in cells:
            own = [next(rest) for _ in _asked(scene, channel)]
            facts = {"channel": channel, **scene.arm.facts(), "family": scene.game.family}
            yield Row(_values(scene, own), facts, own[0])


def dominated(scene: Scene) -> str | None:
    """The player's action that is worse than the other one whatever the other does, where there is one."""
    for action in scene.game.actions[0]:
        best = [scene.game.best_replies(column) for column in scene.game.actions[1]]
        if all(action not in replies for replies in best):
            return action
    return None


def _asked(scene: Scene, channel: str) -> list[Any]:
    first = question(scene, 1)
    if channel == "choice":
        return [choose(scene, (), first, scene.arm)]
    prompt = ask(scene, (), first)
    return [Score(prompt, text=f"I choose {scene.story.option} {label}.") for label, _ in scene.arm.shown]


def _values(scene: Scene, replies: list[Choice | Scored]) -> dict[str, Any]:
    first, worse = replies[0], dominated(scene)
    p = first.p if isinstance(first, Choice) else _sentences(scene, replies)
    return {
        "p_cooperate": p[scene.game.cooperative],
        "p_dominated": "unscored" if worse is None else p[worse],
        "p_first": p[scene.arm.first],
        "mass": first.mass if isinstance(first, Choice) else "unscored",
    }


def _sentences(scene: Scene, replies: list[Any]) -> dict[str, float]:
    """Action -> probability of its sentence among those of all actions; they differ in one label."""
    shares = softmax(np.array([reply.total for reply in replies]))
    return dict(zip([meaning for _, meaning in scene.arm.shown], map(float, shares), strict=True))
