"""Questions nobody can answer from what is said: an unnamed person's private facts, chance, an unread future."""

from __future__ import annotations

import numpy as np

from probes.shared.items.known import Draft

PEOPLE = (
    *("a woman on a train", "the man next door", "a pupil in Lima", "the driver of a bus", "a stranger in a queue"),
    *("the last guest of a hotel", "a child on a swing", "somebody at the window"),
)
FACTS = (
    ("had for breakfast today", ("Bread", "Porridge", "Fruit", "Eggs")),
    ("dreamt of last night", ("A river", "A house", "A dog", "A journey")),
    ("will read next", ("A novel", "A letter", "A newspaper", "A poem")),
    ("keeps in the left pocket", ("A key", "A coin", "A ticket", "A pen")),
)
GAMES = (
    ("A fair die was thrown once", "Which number came up?", ("1", "2", "5", "6")),
    ("A coin was tossed four times", "How often did heads come up?", ("1", "2", "3", "4")),
    ("A card was drawn from a full pack", "Which suit was it?", ("Hearts", "Spades", "Clubs", "Diamonds")),
)
PLACES = (
    *("in the kitchen", "at school", "on the ferry", "in the garden", "at the office", "in the hall"),
    *("in the attic", "on the terrace", "at the station", "in the tent", "by the stove", "on the stairs"),
)


def make(level: int, rng: np.random.Generator) -> Draft:
    """1, 2: a stranger's private fact. 3, 4: the unseen outcome of chance. The answer is always that it is unknown."""
    half = (level - 1) % 2
    if level <= 2:
        person = PEOPLE[int(rng.integers(len(PEOPLE)))]
        fact, guesses = FACTS[2 * half + int(rng.integers(2))]
        wordings = (f"Think of {person}. What is it that this person {fact}?", f"What is it that {person} {fact}?")
    else:
        event, asked, guesses = GAMES[int(rng.integers(len(GAMES)))]
        place = PLACES[6 * half + int(rng.integers(6))]
        wordings = (f"{event} {place}, and nobody looked. {asked}", f"Nobody looked {place}. {event} there. {asked}")
    return Draft(wordings, None, tuple(guesses[k] for k in rng.permutation(len(guesses))))
