"""How a game is presented to whoever moves: labels and their order, cover story, horizon, notes, memory, persona."""

from __future__ import annotations

from dataclasses import dataclass, replace

from probes.core.design import Arm, arms
from probes.games.game import Game
from probes.games.stimuli.covers import COVERS, Cover

MEMORIES = ("full", "last", "none")
NOTES = ("none", "partner_errs", "defects_once")
VIEWS = ("player", "observer")
STORIES = ("game/points", "cooking/points", "project/credits")
"""The cover stories that reports compare."""


@dataclass(frozen=True)
class Condition:
    """What is varied between matches besides game, seat and opponent.

    cover : `story/currency`, for example `game/points`.
    horizon : `announced`, `indefinite`, `ending_40` (probability in per cent that a round is the last) or `unstated`.
    note : one of NOTES, what is said about the other player.
    memory : one of MEMORIES, which past rounds are shown.
    persona, placement : a name on the shelf of personas and where it stands.
    """

    cover: str = "game/points"
    horizon: str = "announced"
    note: str = "none"
    memory: str = "full"
    persona: str = "none"
    placement: str = "system"

    def __post_init__(self) -> None:
        if self.memory not in MEMORIES or self.note not in NOTES:
            raise ValueError(f"memory is one of {', '.join(MEMORIES)} and note one of {', '.join(NOTES)}")
        story, _, currency = self.cover.partition("/")
        if currency not in COVERS[story].currencies:
            raise ValueError(f"cover {self.cover!r}: {story} is paid in one of {', '.join(COVERS[story].currencies)}")
        kind, _, chance = self.horizon.partition("_")
        if self.horizon not in ("announced", "indefinite", "unstated") and not (kind == "ending" and chance.isdigit()):
            raise ValueError(f"horizon {self.horizon!r} is not announced, indefinite, unstated or ending_<per cent>")

    def facts(self) -> dict[str, str]:
        """The columns a condition brings to a record."""
        about = {"cover": self.cover, "horizon": self.horizon, "note": self.note, "memory": self.memory}
        return about | {"persona": self.persona, "placement": self.placement}


@dataclass(frozen=True)
class Scene:
    """A game as the player in one seat is told it; in `game` that player is the row player.

    `arm` presents the player's own actions and `others` the other's, both by the same labels in the same order:
    the first action of either player always has the same label.
    """

    game: Game
    arm: Arm
    others: Arm
    condition: Condition
    rounds: int

    @property
    def story(self) -> Cover:
        """The cover story."""
        return COVERS[self.condition.cover.partition("/")[0]]

    @property
    def currency(self) -> str:
        """What pay-offs are counted in, plural."""
        return self.condition.cover.partition("/")[2]

    def facts(self) -> dict[str, str | int]:
        """The columns a presentation brings to a record."""
        named = {"game": self.game.name, "family": self.game.family}
        return {**named, "rounds": self.rounds, **self.arm.facts(), **self.condition.facts()}

    def from_the_other_side(self) -> Scene:
        """The same presentation for the player in the other seat."""
        return replace(self, game=self.game.transposed(), arm=self.others, others=self.arm)


def scenes(game: Game, seat: str, labels: str, condition: Condition, rounds: int, tied: bool = False) -> list[Scene]:
    """Balanced presentations with these letters, each action equally often under each label and at each place.

    All combinations, k * k for k actions; `tied` leaves k, in which a label always stands at the same place: both
    biases still cancel, but cannot be told apart (`p_first` then also counts a taste for the first label).
    """
    seen = game.seen_from(seat)
    count = max(map(len, seen.actions))
    numbered = arms([str(k) for k in range(count)], tuple(labels), tied)
    return [
        Scene(seen, _naming(arm, seen.actions[0]), _naming(arm, seen.actions[1]), condition, rounds) for arm in numbered
    ]


def identity(scene: Scene) -> list[str]:
    """What tells one match from another besides its players; its presentations are the same match."""
    return [scene.game.name, "".join(sorted(scene.arm.options)), *scene.condition.facts().values()]


def _naming(arm: Arm, actions: tuple[str, ...]) -> Arm:
    return Arm(tuple((label, actions[int(k)]) for label, k in arm.shown if int(k) < len(actions)))
