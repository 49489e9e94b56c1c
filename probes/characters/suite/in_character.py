"""Whose line is it? Ten invented people, ten lines, each fitting one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from probes.characters import prodigy
from probes.characters.cast import FORMS, PARTS, casts
from probes.core import Play, Probe, Row, Trial
from probes.shared.world import LANGUAGES
from probes.shared.world.square import MEASURES


@dataclass(frozen=True)
class InCharacter(Probe):
    """Does the model know whose line it is?

    A trial is a scene with ten people and one part of their profiles: ten conversations that differ in the profile
    only, and ten lines, each following from one profile. `pairing` is how many nats more a line gets under its own
    profile than other lines do there; over a scene, tastes for lines and for people cancel. In form `entailed` a line
    shares no content word with its profile, in form `literal` it repeats one. Parts `none` and `name` are controls: a
    profile that tells nothing pairs nothing.
    """

    scenes: int = 6
    """Scenes, each with ten people."""
    parts: tuple[str, ...] = ("facts", "style")
    """Of `none`, `name`, `facts`, `style`, `all`."""
    forms: tuple[str, ...] = FORMS
    """For facts: `entailed`, `literal`. Style has one form."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`."""
    cast_seed: int = 0
    """Seed of the people, their profiles and lines."""

    path: str = ""
    """`dataset/characters.json` of a local copy of PRODIGy: its characters instead of invented people."""

    measures: ClassVar[Mapping[str, str]] = MEASURES
    chance: ClassVar[Mapping[str, float]] = {"pairing": 0.0, "hit": 0.1, "mrr": 0.29289682539682}
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {"parts": PARTS, "forms": FORMS, "language": LANGUAGES}
    unit: ClassVar[str] = "scene"
    source: ClassVar[str] = "HPD, Chen et al. 2022 (line by profile) and PRODIGy 2023 (parts of a profile); own people"
    version: ClassVar[int] = 2
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "small": {"scenes": 6},
        "full": {"scenes": 60, "parts": PARTS},
    }
    example: ClassVar[Mapping[str, Any]] = {"scenes": 2, "parts": ("none", "facts"), "forms": ("entailed",)}

    def trials(self) -> Iterator[Trial]:
        """Scenes x parts x forms; of published characters, scenes x forms."""
        if self.path:
            yield from self._published()
            return
        for cast in casts(self.scenes, self.cast_seed, self.language):
            for part in self.parts:
                for form in self.forms if part != "style" else ("manner",):
                    yield Trial(cast=cast, part=part, line_form=form)

    def _published(self) -> Iterator[Trial]:
        """A line is literal where the biography shown holds the sentence that it paraphrases, else entailed."""
        if self.language != "en":
            raise ValueError(f"published characters are in English only, not in {self.language!r}")
        for cast in prodigy.casts(self.path, self.scenes, self.cast_seed):
            for form in self.forms:
                yield Trial(cast=cast, part="biography", line_form=form)

    def play(self, trial: Any, rng: np.random.Generator) -> Play:
        """One square, one row per person."""
        square = trial.cast.square(trial.part, trial.line_form)
        replies = yield square.questions()
        for state, values, nats in square.measured(replies):
            under = square.rows[state].turns[0].text  # the record of a question keeps the first state's alone
            facts = {"state": state, "who": trial.cast.people[state].name, "nats": nats, "under": under}
            yield Row(values, facts, replies[state])
