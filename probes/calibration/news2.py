"""NEWS2, the National Early Warning Score 2, from seven observations. For research on language models only.

Source: Royal College of Physicians 2017, "National Early Warning Score (NEWS) 2", chart 1 (oxygen scale 1) and the
thresholds of its chart 3. It was made for adults in hospitals and ambulances; that we also tell the same observations
as a visit to a family doctor is our device. Nothing here is medical advice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

URGENCIES = ("low", "raised", "urgent", "emergency")
"""Our names, least urgent first, for NEWS2's low, low-medium, medium and high clinical risk."""


@dataclass(frozen=True)
class Vitals:
    """One set of observations of an adult.

    respiration, pulse: per minute. saturation: per cent. oxygen: given extra oxygen. systolic: mmHg.
    alert: awake and clear; else confused, reacting to voice or pain only, or not at all. celsius: in tenths.
    """

    respiration: int
    saturation: int
    oxygen: bool
    systolic: int
    pulse: int
    alert: bool
    celsius: float


def points(vitals: Vitals) -> dict[str, int]:
    """Points, 0 to 3, of each of the seven observations."""
    tenths = round(vitals.celsius * 10)
    return {
        "respiration": _band(vitals.respiration, (8, 11, 20, 24), (3, 1, 0, 2, 3)),
        "saturation": _band(vitals.saturation, (91, 93, 95), (3, 2, 1, 0)),
        "oxygen": 2 * vitals.oxygen,
        "systolic": _band(vitals.systolic, (90, 100, 110, 219), (3, 2, 1, 0, 3)),
        "pulse": _band(vitals.pulse, (40, 50, 90, 110, 130), (3, 1, 0, 1, 2, 3)),
        "alert": 0 if vitals.alert else 3,
        "celsius": _band(tenths, (350, 360, 380, 390), (3, 1, 0, 1, 2)),
    }


def _band(value: int, tops: tuple[int, ...], scores: tuple[int, ...]) -> int:
    """Score of the band a value lies in; `tops` are the highest values of all bands but the last."""
    return scores[int(np.searchsorted(tops, value, side="left"))]


def urgency(vitals: Vitals) -> str:
    """7 or more: emergency. 5 or 6: urgent. Less, but 3 in one observation: raised. Else low."""
    single = points(vitals)
    total = sum(single.values())
    if total >= 7:
        return "emergency"
    if total >= 5:
        return "urgent"
    return "raised" if 3 in single.values() else "low"


def draw(rng: np.random.Generator) -> Vitals:
    """Random observations, each within what a living adult may show; a random number of them are off."""
    # Confusion alone gives three points; rarer, it does not decide every case.
    off = rng.random(7) < rng.uniform(0, 0.8) * np.array([1, 1, 1, 1, 1, 0.2, 1])
    normal = [rng.integers(*span) for span in ((12, 21), (96, 100), (0, 1), (111, 160), (55, 91))]
    wild = [rng.integers(*span) for span in ((6, 34), (85, 97), (1, 2), (75, 225), (36, 150))]
    values = [int(b if o else a) for a, b, o in zip(normal, wild, off[:5], strict=True)]
    respiration, saturation, oxygen, systolic, pulse = values
    celsius = (rng.integers(340, 402) if off[6] else rng.integers(362, 378)) / 10
    return Vitals(respiration, saturation, bool(oxygen), systolic, pulse, not off[5], float(celsius))
