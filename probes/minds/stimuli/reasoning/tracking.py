"""Three people swap three things; who holds what at the end? Three options, each equally often right."""

from __future__ import annotations

import numpy as np

from probes.minds.stimuli.reasoning._problem import Problem

_NAMES = ("Ada", "Ben", "Cleo", "Dan", "Ella", "Finn", "Gina", "Hugo", "Ida", "Jack", "Kira", "Leo")
_THINGS = ("ball", "book", "hat", "kite", "drum", "lamp", "map", "rope", "cup", "doll")


def make(rng: np.random.Generator) -> Problem:
    """Three swaps between two people each."""
    people = [str(name) for name in rng.choice(_NAMES, 3, replace=False)]
    things = [str(thing) for thing in rng.choice(_THINGS, 3, replace=False)]
    holds = dict(zip(people, things, strict=True))
    sentences = [f"{who} has the {thing}" for who, thing in holds.items()]
    swaps = []
    for _ in range(3):
        a, b = (str(name) for name in rng.choice(people, 2, replace=False))
        holds[a], holds[b] = holds[b], holds[a]
        swaps.append(f"{a} and {b} swap what they have.")
    asked = people[rng.integers(3)]
    options = [things[k] for k in rng.permutation(3)]
    question = (
        f"{sentences[0]}, {sentences[1]}, and {sentences[2]}. {' '.join(swaps)} What does {asked} have at the end?"
    )
    answer = "ABC"[options.index(holds[asked])]
    return Problem(question, answer, "choice", tuple(f"the {thing}" for thing in options))
