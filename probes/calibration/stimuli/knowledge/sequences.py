"""The next number of a sequence made by a rule."""

from __future__ import annotations

import numpy as np

from probes.calibration.tongue import filled, tongue
from probes.shared.items.known import Draft, near


def make(level: int, rng: np.random.Generator, language: str = "en") -> Draft:
    """1: constant step. 2: constant factor. 3: growing step. 4: two interleaved sequences of constant step."""
    numbers = RULES[level - 1](rng)
    *leading, following = numbers
    wordings = filled(tongue(language)["sequences"]["asks"], listed=", ".join(map(str, leading)))
    return Draft(wordings, str(following), near(following, rng, (1, 2, 3)))


def _step(rng: np.random.Generator) -> list[int]:
    start, step = int(rng.integers(1, 30)), int(rng.integers(2, 12))
    return [start + k * step for k in range(6)]


def _factor(rng: np.random.Generator) -> list[int]:
    start, factor = int(rng.integers(1, 8)), int(rng.integers(2, 4))
    return [start * factor**k for k in range(6)]


def _growing(rng: np.random.Generator) -> list[int]:
    start, step, growth = int(rng.integers(1, 20)), int(rng.integers(1, 6)), int(rng.integers(1, 5))
    return [start + k * step + growth * k * (k - 1) // 2 for k in range(6)]


def _interleaved(rng: np.random.Generator) -> list[int]:
    (a, b), (da, db) = rng.integers(1, 40, size=2), rng.integers(2, 9, size=2)
    return [int(a + k // 2 * da) if k % 2 == 0 else int(b + k // 2 * db) for k in range(8)][:7]


RULES = (_step, _factor, _growing, _interleaved)
