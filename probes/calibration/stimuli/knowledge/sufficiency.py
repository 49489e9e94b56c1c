"""Problems of which half lack a premise: then the right answer is that it cannot be known.

Complete and incomplete problems share their sentences, so that no word gives the difference away.
"""

from __future__ import annotations

import numpy as np

from probes.calibration.tongue import filled, tongue
from probes.shared.items.known import Draft, near


def make(level: int, rng: np.random.Generator, language: str = "en") -> Draft:
    """A story of two numbers, complete or with one left out by a fair coin; larger numbers at higher levels."""
    a = int(rng.integers(*((4, 10), (10, 20), (20, 50), (50, 100))[level - 1]))
    b = int(rng.integers(2, a))
    complete = bool(rng.random() < 0.5)
    values = {"box": a + b, "purse": a - b, "shelf": a * b, "ages": a + b}
    name = list(values)[int(rng.integers(len(values)))]
    said, value = tongue(language)["sufficiency"][name], values[name]
    story = said["complete" if complete else "lacking"]
    wordings = filled([f"{story} {asked}" for asked in said["asks"]], a=a, b=b)
    slips = (str(a), *near(value, rng, (1, 2)))
    return Draft(wordings, str(value) if complete else None, slips if complete else (str(value), *slips))
