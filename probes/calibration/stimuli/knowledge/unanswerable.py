"""Questions nobody can answer from what is said: an unnamed person's private facts, chance, an unread future."""

from __future__ import annotations

import numpy as np

from probes.calibration.tongue import tongue
from probes.shared.items.known import Draft


def make(level: int, rng: np.random.Generator, language: str = "en") -> Draft:
    """1, 2: a stranger's private fact. 3, 4: the unseen outcome of chance. The answer is always that it is unknown."""
    half, said = (level - 1) % 2, tongue(language)["unanswerable"]
    if level <= 2:
        person = said["people"][int(rng.integers(len(said["people"])))]
        fact, guesses = said["facts"][2 * half + int(rng.integers(2))]
        thought = said["think"].format(person=person, asked=fact.format(who=said["this"]))
        wordings = (thought, str(fact.format(who=person)))
    else:
        event, asked, guesses = said["games"][int(rng.integers(len(said["games"])))]
        place = said["places"][6 * half + int(rng.integers(6))]
        events = (event.format(place=place), event.format(place=said["there"]))
        seen, there = said["asks"]
        wordings = (seen.format(event=events[0], asked=asked), there.format(event=events[1], asked=asked, place=place))
    return Draft(wordings, None, tuple(guesses[k] for k in rng.permutation(len(guesses))))
