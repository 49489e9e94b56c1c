"""Who stands at the end of an order told by comparisons."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from probes.shared.items.known import Draft

NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jon")
SCALES = (
    ("taller", "shorter", "tallest", "shortest"),
    ("older", "younger", "oldest", "youngest"),
    ("faster", "slower", "fastest", "slowest"),
    ("richer", "poorer", "richest", "poorest"),
)


def make(level: int, rng: np.random.Generator) -> Draft:
    """1: three people, told in order. 2: out of order. 3: four people, both directions. 4: five people."""
    people = [NAMES[k] for k in rng.choice(len(NAMES), (3, 3, 4, 5)[level - 1], replace=False)]
    more, less, most, least = SCALES[int(rng.integers(len(SCALES)))]
    facts = [
        f"{high} is {more} than {low}." if level < 3 or rng.random() < 0.5 else f"{low} is {less} than {high}."
        for high, low in pairwise(people)
    ]
    statements = facts if level == 1 else [facts[k] for k in rng.permutation(len(facts))]
    top = bool(rng.random() < 0.5)
    asked, answer = (most, people[0]) if top else (least, people[-1])
    others = [name for name in people if name != answer]
    wordings = (
        f"{' '.join(statements)} Who is the {asked}?",
        f"Someone tells you: {' '.join(statements)} Name the {asked} of them.",
    )
    return Draft(wordings, answer, tuple(others[k] for k in rng.permutation(len(others))))
