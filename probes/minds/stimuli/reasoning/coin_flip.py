"""A coin lies heads up; some people turn it over and some do not. Yes and no are equally likely."""

from __future__ import annotations

import numpy as np

from probes.minds.stimuli.reasoning._problem import Problem

_NAMES = ("Ada", "Ben", "Cleo", "Dan", "Ella", "Finn", "Gina", "Hugo", "Ida", "Jack", "Kira", "Leo")


def make(rng: np.random.Generator) -> Problem:
    """Four people in a row."""
    people = [str(name) for name in rng.choice(_NAMES, 4, replace=False)]
    turned = rng.integers(2, size=4).astype(bool)
    acts = [
        f"{who} {'turns' if turns else 'does not turn'} it over." for who, turns in zip(people, turned, strict=True)
    ]
    answer = "yes" if turned.sum() % 2 == 0 else "no"
    return Problem(f"A coin lies heads up. {' '.join(acts)} Does the coin lie heads up now?", answer, "yes_no")
