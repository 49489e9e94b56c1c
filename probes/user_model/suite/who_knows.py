"""Does the model know who knows? Rooms decide who hears where a thing is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from probes.core import Choice, Play, Probe, Row, Trial
from probes.shared.world import LANGUAGES
from probes.user_model.rooms import Scene
from probes.user_model.scenes import scenes

EVEN = 1e-9
"""Nats below which neither place is preferred."""
VERSIONS = tuple(product((0, 1), (0, 1)))
"""Place in the first and in the second announcement; the twins are those in which the two differ."""
SIGNS = np.array(VERSIONS) * 2 - 1


@dataclass(frozen=True)
class WhoKnows(Probe):
    """Does the model know who knows?

    Everybody hears where a thing is; later that is said again, in a room that some have left. Where does an actor who
    was there take the thing to be, and where one who was not? As a control of reading: what do the two announcements
    say? Every question is asked in four versions of the scene: two places in the first announcement times two in the
    second. `hit` and `margin` (nats for the right place over the other) come from the twins in which the announcements
    differ, so that a taste for a place drops out; `leak` comes from all four: by how much the probability of a place
    rises with the announcement that the answer must not follow. For an absent actor that is the one they never heard.
    Who takes everybody to know everything is right about half of the actors and has a leak of 1.
    """

    scenes: int = 8
    """Scenes, the independent units; an even number."""
    actors: tuple[int, ...] = (3, 4)
    """Numbers of people in a scene, at least 3."""
    props: tuple[int, ...] = (1, 2)
    """Numbers of things that are announced, 1 to 3; one of them is asked about."""
    since: tuple[int, ...] = (2, 5)
    """Numbers of lines after the second announcement, 2 to 10."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    scene_seed: int = 0
    """Seed of the scenes."""

    measures: ClassVar[Mapping[str, str]] = {
        "hit": "share of a right answer",
        "margin": "nats",
        "leak": "difference of probabilities",
        "mass": "probability of all options together",
    }
    chance: ClassVar[Mapping[str, float]] = {"hit": 0.5, "margin": 0.0, "leak": 0.0}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"language": LANGUAGES}
    unit: ClassVar[str] = "scene"
    source: ClassVar[str] = "HAMLET 2025 (what is broadcast to whom in a multi-agent play); own scenes"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"scenes": 8},
        "full": {"scenes": 192, "actors": (3, 4, 5, 6), "props": (1, 2, 3), "since": (2, 4, 8)},
    }
    example: ClassVar[Mapping[str, Any]] = {"scenes": 4, "actors": (3,), "since": (2,)}

    def trials(self) -> Iterator[Trial]:
        """One a scene."""
        for scene in scenes(self.scenes, self.actors, self.props, self.since, self.scene_seed, self.language):
            yield Trial(scene=scene)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """Both actors and both announcements in four versions at once; one row per actor and announcement."""
        scene: Scene = trial.scene
        asked = [("thinks", scene.follows(who), scene.thinks(who)) for who in scene.asked]
        asked += [("reading", at, scene.said(at)) for at in (0, 1)]
        replies = iter((yield [scene.question(stem, *version) for *_, stem in asked for version in VERSIONS]))
        for kind, follows, _ in asked:
            mine = [next(replies) for _ in VERSIONS]
            facts = {"kind": kind, "follows": ("first", "second")[follows]}
            yield Row(measured(scene, mine, follows), facts, mine[1])


def measured(scene: Scene, replies: Sequence[Choice], follows: int) -> dict[str, float]:
    """Measures of the four replies to one question whose answer follows announcement 0 or 1."""
    labels = [next(label for label, place in replies[0].options.items() if place == value) for value in scene.values]
    towards = np.array([reply.logprobs[labels[1]] - reply.logprobs[labels[0]] for reply in replies])
    twins = SIGNS[:, 0] != SIGNS[:, 1]
    right = (towards * SIGNS[:, follows])[twins]
    p = np.array([reply.p[scene.values[1]] for reply in replies])
    return {
        "hit": float(np.where(abs(right) <= EVEN, 0.5, right > 0).mean()),
        "margin": float(right.mean()),
        "leak": float(p @ SIGNS[:, 1 - follows]) / 2,
        "mass": float(np.mean([reply.mass for reply in replies])),
    }
