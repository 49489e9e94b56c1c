"""A model's probabilities along histories that scripts make, so that conditions differ in nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from probes.core import Trial
from probes.games.scene import STORIES
from probes.games.suite.repeated_game import RepeatedGame


@dataclass(frozen=True)
class ScriptedHistory(RepeatedGame):
    """Does the model react to a single defection, forgive it, and show an end-game effect?

    Both players are scripts; the model is asked in every round and its answer is not played. With the defaults its
    own side always cooperates, against a partner that defects once (round 4) or never, end announced or not.
    """

    opponents: tuple[str, ...] = ("always_cooperate", "defect_once:4")
    """As in `repeated_game`; the first is the baseline."""
    horizons: tuple[str, ...] = ("announced", "indefinite")
    """What is said about the end: `announced`, `indefinite`, `unstated`, or `ending_40`, a chance of 40 % a round. The
    first is the baseline."""
    decision: str = "as:always_cooperate"
    """The script of the model's own side, `as:STRATEGY`."""
    crossed: bool = False
    """Whether opponents and horizons are crossed; else only one differs from its baseline."""

    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"covers": STORIES, "tied": True},
        "full": {"labels": ("JF", "XQ"), "covers": STORIES},
    }
    example: ClassVar[Mapping[str, Any]] = {"rounds": 5}
    chance: ClassVar[Mapping[str, float]] = {"p_cooperate": 0.5, "p_first": 0.5}
    source: ClassVar[str] = "own protocol after the defect-once and ending variants of Akata et al. 2025"

    def trials(self) -> Iterator[Trial]:
        """One match in one presentation per trial."""
        for trial in super().trials():
            changed = (trial.opponent != self.opponents[0]) + (trial.scene.condition.horizon != self.horizons[0])
            if self.crossed or changed < 2:
                yield trial
