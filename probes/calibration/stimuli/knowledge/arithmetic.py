"""Whole-number arithmetic, graded by the digits that must be carried."""

from __future__ import annotations

import numpy as np

from probes.calibration.tongue import filled, tongue
from probes.shared.items.known import Draft, near


def make(level: int, rng: np.random.Generator, language: str = "en") -> Draft:
    """1: sum of digits. 2: sum or difference of two-digit numbers. 3: two digits times one. 4: two digits times two."""
    low, high = ((2, 10), (11, 100), (11, 100), (12, 100))[level - 1]
    a, b = (int(n) for n in rng.integers(low, high, size=2))
    if level == 3:
        b = int(rng.integers(3, 10))
    if level >= 3:
        sign, value = "x", a * b
    elif level == 2 and rng.random() < 0.5:
        a, b = max(a, b), min(a, b)
        sign, value = "-", a - b
    else:
        sign, value = "+", a + b
    said = tongue(language)["arithmetic"]
    slots = {"a": a, "b": b, "sign": sign, "word": said["signs"][sign]}
    return Draft(filled(said["asks"], **slots), str(value), near(value, rng, (1, 10) if level > 1 else (1, 2)))
