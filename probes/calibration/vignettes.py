"""Patients in words: one set of observations, two settings, three paraphrases. For research only, no medical advice."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from zlib import crc32

import numpy as np

from probes.calibration.news2 import URGENCIES, Vitals, draw, points, urgency
from probes.calibration.tongue import decimal, tongue

SETTINGS = ("critical", "primary")
PARAPHRASES = 3


@dataclass(frozen=True)
class Patient:
    """One set of observations with age and its urgency; `severity` is the NEWS2 total."""

    name: str
    age: int
    vitals: Vitals

    @property
    def urgency(self) -> str:
        """By NEWS2 thresholds."""
        return urgency(self.vitals)

    @property
    def severity(self) -> int:
        """NEWS2 total, 0 to 20."""
        return sum(points(self.vitals).values())

    def told(self, setting: str, paraphrase: int, language: str = "en") -> str:
        """The vignette; every paraphrase names the same observations."""
        words = tongue(language)["triage"]
        telling, seen = words["tellings"][paraphrase], asdict(self.vitals)
        chosen = {name: telling[name][int(seen[name])] for name in ("oxygen", "alert")}
        celsius = decimal(f"{self.vitals.celsius:.1f}", language)
        place = words["places"][setting][paraphrase]
        return str(telling["text"].format(**{**seen, **chosen, "celsius": celsius, "age": self.age, "place": place}))


def patients(per_urgency: int, seed: int = 0) -> list[Patient]:
    """`per_urgency` patients of each urgency, the same for a seed however many are asked for."""
    drawn = []
    for level in URGENCIES:
        for index in range(per_urgency):
            name = f"{level}-{index}"
            rng = np.random.default_rng([seed, crc32(name.encode())])
            vitals = draw(rng)
            while urgency(vitals) != level:
                vitals = draw(rng)
            drawn.append(Patient(name, int(rng.integers(25, 90)), vitals))
    return drawn
