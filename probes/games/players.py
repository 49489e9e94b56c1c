"""Who sits in a seat: a script, a table, the model under test, or a partner. All move by the same small script."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from probes.core import Choice, Choose, Continue, Question, Reply
from probes.core.design import Arm
from probes.games.game import Game
from probes.games.scene import Scene
from probes.games.stimuli.opponents import STRATEGIES, Strategy, files, library
from probes.games.wording import Past, ask, prediction, question

PARTNER = "partner"
THINKING = ("direct", "predict_first")
DECISIONS = ("draw", "argmax", "text")
"""Or `as:STRATEGY`: a script moves, and the model's probabilities are read along a history it did not make."""


SEATED = {"self": "", PARTNER: PARTNER}
"""Opponents that are models -> whom their questions go to."""


@dataclass(frozen=True)
class Decision:
    """One move. `own` is False where the action is not the model's: a script's, or a random one for an answer that
    named no option."""

    action: str
    reply: Reply | None = None
    foreseen: Choice | None = None
    own: bool = True


Move = Generator[Question, Any, Decision]


class Player(Protocol):
    """Past rounds in, questions to a model on the way, a decision out."""

    def move(self, past: Past, rng: np.random.Generator) -> Move:
        """The move after these rounds."""
        ...


@dataclass(frozen=True)
class Scripted:
    """A strategy of C and D in a seat of a game; C is the game's cooperative action, D the best reply to it."""

    game: Game
    strategy: Strategy

    def move(self, past: Past, rng: np.random.Generator) -> Move:
        """What the script says."""
        yield from ()
        other = self.game.transposed()
        own = "".join(self.game.letter(mine) for mine, _ in past)
        theirs = "".join(other.letter(yours) for _, yours in past)
        cooperates = self.strategy(own, theirs, rng) == "C"
        return Decision(self.game.cooperative if cooperates else self.game.defection)


@dataclass(frozen=True)
class Tabled:
    """A complete policy read from a file: the other's past action numbers -> own action number."""

    game: Game
    policy: dict[str, int]

    def move(self, past: Past, rng: np.random.Generator) -> Move:
        """What the table says. KeyError where it is too short for the match."""
        yield from ()
        seen = "".join(str(self.game.actions[1].index(yours)) for _, yours in past)
        return Decision(self.game.actions[0][self.policy[seen]])


@dataclass(frozen=True)
class Seated:
    """The model under test, or the partner named in `to`. With `predict_first` it is first asked for the other's move,
    then told its answer."""

    scene: Scene
    thinking: str = "direct"
    decision: str = "draw"
    to: str = ""

    def __post_init__(self) -> None:
        if self.thinking not in THINKING or not (self.decision in DECISIONS or self.decision.startswith("as:")):
            raise ValueError(
                f"thinking is one of {', '.join(THINKING)}, decision {', '.join(DECISIONS)} or as:STRATEGY"
            )

    def move(self, past: Past, rng: np.random.Generator) -> Move:
        """Ask the model."""
        scene, number, foreseen = self.scene, len(past) + 1, None
        if self.thinking == "predict_first":
            foreseen = yield choose(scene, past, prediction(scene, number), scene.others, to=self.to)
        asked = question(scene, number, foreseen.best if foreseen else None)
        if self.decision == "text":
            reply = yield Continue(ask(scene, past, asked), prefill=scene.story.option, max_tokens=6, temperature=1.0,
                                   to=self.to)  # fmt: skip
            label = read_label(reply.text, list(scene.arm.options))
            action = scene.arm.options[label] if label else str(rng.choice(list(scene.arm.options.values())))
            return Decision(action, reply, foreseen, label is not None)
        reply = yield choose(scene, past, asked, scene.arm, to=self.to)
        if self.decision.startswith("as:"):
            script = Scripted(scene.game, STRATEGIES[self.decision.removeprefix("as:")])
            return Decision((yield from script.move(past, rng)).action, reply, foreseen, False)
        return Decision(reply.draw(rng) if self.decision == "draw" else reply.best, reply, foreseen)


def choose(scene: Scene, past: Past, asked: str, arm: Arm, view: str = "player", to: str = "") -> Choose:
    """The forced choice between the labels of an arm, right after the word for an option."""
    labels = {f" {label}": meaning for label, meaning in arm.shown}
    return Choose(ask(scene, past, asked, view), labels, prefill=scene.story.option, to=to)


def opponent(name: str, scene: Scene, thinking: str = "direct", decision: str = "draw") -> Player:
    """The player a name stands for; `scene` is the game as that player is told it.

    `self` is the model under test, `partner` the other one of a `Company`, `table:FILE` a policy from a file,
    `axelrod:CLASS` a strategy of that library, any other name one of STRATEGIES.
    """
    kind, _, rest = name.partition(":")
    if name in SEATED:
        return Seated(scene, thinking, decision, SEATED[name])
    if kind == "table":
        return Tabled(scene.game, files.read(Path(rest)))
    return Scripted(scene.game, library.strategy(rest) if kind == "axelrod" else STRATEGIES[name])


def read_label(text: str, labels: Sequence[str]) -> str | None:
    """The only label that stands in the text as a word of its own; None where there is none or more than one."""
    named = set(re.findall(rf"(?<![\w'’])({'|'.join(map(re.escape, labels))})(?![\w'’])", text))
    return named.pop() if len(named) == 1 else None
