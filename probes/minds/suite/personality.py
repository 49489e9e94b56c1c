"""Manipulation check of personas: a personality inventory scored by option probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import numpy as np

import probes
from probes.core import Choose, Play, Probe, Row, Trial
from probes.minds.scene import prompts
from probes.minds.stimuli.inventory import SHELF, axis
from probes.shared.items.statement import BIG_FIVE, DARK_TRIAD, Statement
from probes.shared.personas import PLACEMENTS, Guise, by_opening, guises
from probes.shared.personas import SHELF as PERSONAS

SCALES = {
    "frequency": ("never", "rarely", "sometimes", "often", "always"),
    "accuracy": ("very inaccurate", "moderately inaccurate", "neutral", "moderately accurate", "very accurate"),
}
"""Answers from the least to the most agreement: 1 to 5 points."""
_SHOWN = {
    "en": SCALES,
    "de": {"frequency": ("nie", "selten", "manchmal", "oft", "immer"),
           "accuracy": ("gar nicht", "eher nicht", "teils, teils", "eher ja", "voll und ganz")},
    "es": {"frequency": ("nunca", "rara vez", "a veces", "a menudo", "siempre"),
           "accuracy": ("nada", "poco", "a medias", "bastante", "por completo")},
    "fr": {"frequency": ("jamais", "rarement", "parfois", "souvent", "toujours"),
           "accuracy": ("pas du tout", "plutôt mal", "en partie", "plutôt bien", "tout à fait")},
}  # fmt: skip
"""Language -> the same answers as they are shown."""
_ASKED = {
    "en": {"frequency": "How often is the statement below true of you?",
           "accuracy": "How accurate is the statement below about you?"},
    "de": {"frequency": "Wie oft trifft die folgende Aussage auf dich zu?",
           "accuracy": "Wie genau trifft die folgende Aussage auf dich zu?"},
    "es": {"frequency": "¿Con qué frecuencia se cumple en tu caso la afirmación siguiente?",
           "accuracy": "¿Hasta qué punto te describe la afirmación siguiente?"},
    "fr": {"frequency": "À quelle fréquence l'affirmation suivante est-elle vraie pour toi ?",
           "accuracy": "À quel point l'affirmation suivante te décrit-elle ?"},
}  # fmt: skip
"""Before the statement, so that all statements share it."""


@dataclass(frozen=True)
class Personality(Probe):
    """Does a persona move the trait it names, and how much of that is mere agreement?"""

    personas: tuple[str, ...] = ("none", "extraversion_high", "extraversion_low", "narcissism_high")
    """Names in `probes.personas`; `none` is the model as itself."""
    controls: bool = True
    """Whether each persona is followed by a filler of its length."""
    placements: tuple[str, ...] = ("system",)
    """Where the persona stands."""
    wordings: int = 1
    """Wordings of each persona."""
    axes: tuple[str, ...] = ()
    """Axes of our own inventory; empty takes those that the personas name, or all."""
    data: str = ""
    """`mpi` or `sd3`, read from `path`; empty takes our own inventory."""
    path: str = ""
    """File of the data set."""
    scale: str = "frequency"
    """`frequency` runs from never to always, `accuracy` from very inaccurate to very accurate, as in MPI."""
    language: str = "en"
    """Language of everything shown: `en`, `de`, `es` or `fr`. Imported inventories are English only."""

    allowed = {"placements": PLACEMENTS, "axes": SHELF, "scale": SCALES, "language": _SHOWN}
    measures = {
        "keyed": "points from 1 to 5 towards the axis",
        "rating": "points from 1 to 5 of agreement as given",
        "position_bias": "probability of the answer listed first, minus one fifth",
        "mass": "probability of all answers offered",
    }
    chance = {"keyed": 3.0}
    unit = "statement"
    version = 2
    source = "own statements; scoring as in MPI, Jiang et al. 2023, arXiv:2206.07550"
    example: ClassVar[dict[str, object]] = {"personas": ("none", "bold"), "axes": ("openness", "narcissism")}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.data and self.language != "en":
            raise ValueError(f"personality: data={self.data!r} is English, language is {self.language!r}")

    def trials(self) -> Iterator[Trial]:
        """Opening by opening, statement by statement."""
        cast = [PERSONAS[name].told(self.language) for name in self.personas]
        statements = self._statements()
        for alike in by_opening(guises(cast, self.controls, self.placements, self.wordings)):
            for statement, guise in product(statements, alike):
                yield Trial(guise=guise, item=statement, language=self.language)

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        """The scale shown rising and falling, then one row."""
        scales = (SCALES[self.scale], SCALES[self.scale][::-1])
        replies = yield [self._choose(trial.guise, trial.item, scale) for scale in scales]
        points = {answer: k for k, answer in enumerate(SCALES[self.scale], start=1)}
        rating = float(np.mean([sum(share * points[answer] for answer, share in r.p.items()) for r in replies]))
        values = {
            "keyed": rating if trial.item.key > 0 else 6 - rating,
            "rating": rating,
            "position_bias": float(np.mean([next(iter(r.p.values())) for r in replies])) - 1 / len(points),
            "mass": float(np.mean([r.mass for r in replies])),
        }
        yield Row(values, reply=replies[0])

    def _statements(self) -> list[Statement]:
        if self.data:
            return list(probes.datasets[self.data](self.path))
        named = {PERSONAS[name].trait for name in self.personas}
        axes = self.axes or tuple(name for name in BIG_FIVE + DARK_TRIAD if name in named) or BIG_FIVE + DARK_TRIAD
        return [statement for name in axes for statement in axis(name, self.language).statements]

    def _choose(self, guise: Guise, statement: Statement, scale: tuple[str, ...]) -> Choose:
        said, shown = (
            prompts(self.language),
            dict(zip(SCALES[self.scale], _SHOWN[self.language][self.scale], strict=True)),
        )
        lines = "\n".join(f"{letter}) {shown[answer]}" for letter, answer in zip("ABCDE", scale, strict=True))
        asked = f"{_ASKED[self.language][self.scale]}\n{lines}\n{said['letter']}\n\n{statement.text}"
        labels = {f" {letter}": answer for letter, answer in zip("ABCDE", scale, strict=True)}
        return Choose(guise.opening().user(asked), labels, prefill=said["prefill"])
