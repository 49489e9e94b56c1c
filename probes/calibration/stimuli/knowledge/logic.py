"""Who stands at the end of an order told by comparisons."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from probes.calibration.tongue import filled, tongue
from probes.shared.items.known import Draft

NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jon")


def make(level: int, rng: np.random.Generator, language: str = "en") -> Draft:
    """1: three people, told in order. 2: out of order. 3: four people, both directions. 4: five people."""
    people = [NAMES[k] for k in rng.choice(len(NAMES), (3, 3, 4, 5)[level - 1], replace=False)]
    said = tongue(language)["logic"]
    more, less, most, least = said["scales"][int(rng.integers(len(said["scales"])))]
    facts = [
        said["fact"].format(*((high, more, low) if level < 3 or rng.random() < 0.5 else (low, less, high)))
        for high, low in pairwise(people)
    ]
    statements = facts if level == 1 else [facts[k] for k in rng.permutation(len(facts))]
    top = bool(rng.random() < 0.5)
    asked, answer = (most, people[0]) if top else (least, people[-1])
    others = [name for name in people if name != answer]
    wordings = filled(said["asks"], facts=" ".join(statements), asked=asked)
    return Draft(wordings, answer, tuple(others[k] for k in rng.permutation(len(others))))
