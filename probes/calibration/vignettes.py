"""Patients in words: one set of observations, two settings, three paraphrases. For research only, no medical advice."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from zlib import crc32

import numpy as np

from probes.calibration.news2 import URGENCIES, Vitals, draw, points, urgency

SETTINGS = ("critical", "primary")
PARAPHRASES = 3
MEANINGS = {
    "low": "Low: routine care is enough",
    "raised": "Raised: a clinician should look at this patient soon",
    "urgent": "Urgent: a doctor must assess this patient within the hour",
    "emergency": "Emergency: an emergency team must come at once",
}
"""Option texts, ours."""
RULE = (
    "Use NEWS2: add the points of respiration rate, oxygen saturation, extra oxygen, systolic blood pressure, pulse, "
    "consciousness and temperature. 7 points or more is an emergency, 5 or 6 urgent, fewer with 3 points in a single "
    "observation raised, everything else low."
)
_PLACES = {
    "critical": ("is brought to the emergency department", "is in the resuscitation room", "arrives by ambulance"),
    "primary": ("visits the family doctor", "is in the waiting room of a family practice", "comes to a village clinic"),
}


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

    def told(self, setting: str, paraphrase: int) -> str:
        """The vignette; every paraphrase names the same observations."""
        place = _PLACES[setting][paraphrase]
        return _FORMS[paraphrase](self.age, place, **asdict(self.vitals))


def _prose(age: int, place: str, respiration: int, saturation: int, oxygen: bool, systolic: int, pulse: int,
           alert: bool, celsius: float) -> str:  # fmt: skip
    return (
        f"A {age}-year-old {place}. The patient breathes {respiration} times a minute, and oxygen saturation is "
        f"{saturation} % {'on extra oxygen' if oxygen else 'without extra oxygen'}. Systolic blood pressure is "
        f"{systolic} mmHg, the pulse {pulse} beats a minute, the temperature {celsius:.1f} degrees Celsius. The "
        f"patient is {'alert' if alert else 'newly confused'}."
    )


def _list(age: int, place: str, respiration: int, saturation: int, oxygen: bool, systolic: int, pulse: int,
          alert: bool, celsius: float) -> str:  # fmt: skip
    return (
        f"Patient, {age} years, {place}.\nRespiration: {respiration}/min\nSaturation: {saturation} %\n"
        f"Oxygen: {'given' if oxygen else 'none'}\nSystolic pressure: {systolic} mmHg\nPulse: {pulse}/min\n"
        f"Consciousness: {'alert' if alert else 'new confusion'}\nTemperature: {celsius:.1f} C"
    )


def _report(age: int, place: str, respiration: int, saturation: int, oxygen: bool, systolic: int, pulse: int,
            alert: bool, celsius: float) -> str:  # fmt: skip
    return (
        f"Someone aged {age} {place}, {'alert' if alert else 'newly confused'}. The readings are "
        f"{celsius:.1f} degrees Celsius, a pulse of {pulse}, a systolic pressure of {systolic} mmHg, {respiration} "
        f"breaths a minute and a saturation of {saturation} % {'with oxygen running' if oxygen else 'on room air'}."
    )


_FORMS = (_prose, _list, _report)


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
