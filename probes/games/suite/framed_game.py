"""The same matrix in several stories, asked as a choice and as a sentence: does the story change the move?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np
from scipy.special import expit

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
    only; matrix, labels, their order and the unit of the pay-offs are the same. `lean` is the nats of the cooperative
    action over the other, in whose mean over presentations tastes for labels and places cancel; `sense` the same of an
    action over one that is worse whatever the other does. The game is the independent unit.
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
        "lean": "nats",
        "sense": "nats",
        "p_cooperate": "probability",
        "p_first": "probability",
        "mass": "probability",
    }
    chance: ClassVar[Mapping[str, float]] = {"lean": 0.0, "sense": 0.0, "p_cooperate": 0.5}
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
    nats = _nats(scene, replies)
    (one, own), (two, other) = nats.items()
    over = {one: own - other, two: other - own}
    return {
        "lean": over[scene.game.cooperative],
        "sense": "unscored" if worse is None else -over[worse],
        "p_cooperate": float(expit(over[scene.game.cooperative])),
        "p_first": float(expit(over[scene.arm.first])),
        "mass": first.mass if isinstance(first, Choice) else "unscored",
    }


def _nats(scene: Scene, replies: list[Any]) -> dict[str, float]:
    """Action -> nats of its label, or of the sentence that announces it; sentences differ in one label."""
    if isinstance(replies[0], Choice):
        return {meaning: replies[0].logprobs[label] for label, meaning in replies[0].options.items()}
    return {meaning: reply.total for (_, meaning), reply in zip(scene.arm.shown, replies, strict=True)}
