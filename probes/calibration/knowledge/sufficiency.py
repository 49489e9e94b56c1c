"""Problems of which half lack a premise: then the right answer is that it cannot be known.

Complete and incomplete problems share their sentences, so that no word gives the difference away.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from probes.shared.items.known import Draft, near

Story = Callable[[int, int, bool], tuple[tuple[str, str], int]]


def make(level: int, rng: np.random.Generator) -> Draft:
    """A story of two numbers, complete or with one left out by a fair coin; larger numbers at higher levels."""
    a = int(rng.integers(*((4, 10), (10, 20), (20, 50), (50, 100))[level - 1]))
    b = int(rng.integers(2, a))
    complete = bool(rng.random() < 0.5)
    wordings, value = STORIES[int(rng.integers(len(STORIES)))](a, b, complete)
    slips = (str(a), *near(value, rng, (1, 2)))
    return Draft(wordings, str(value) if complete else None, slips if complete else (str(value), *slips))


def _box(a: int, b: int, complete: bool) -> tuple[tuple[str, str], int]:
    blue = f" {b} of them are blue." if complete else " Some of them are blue."
    story = f"A box holds red balls and blue balls and nothing else. {a} of them are red.{blue}"
    return (f"{story} How many balls does the box hold?", f"{story} What is the number of balls in the box?"), a + b


def _purse(a: int, b: int, complete: bool) -> tuple[tuple[str, str], int]:
    spent = f"spends {b} coins" if complete else "spends some coins"
    story = f"Mira has {a} coins and {spent}."
    return (f"{story} How many coins are left?", f"{story} What number of coins does she still have?"), a - b


def _shelf(a: int, b: int, complete: bool) -> tuple[tuple[str, str], int]:
    rows = f"{b} boards" if complete else "several boards"
    story = f"A shelf has {rows}, and on each board stand {a} jars."
    return (f"{story} How many jars stand on the shelf?", f"{story} What is the number of jars on it?"), a * b


def _ages(a: int, b: int, complete: bool) -> tuple[tuple[str, str], int]:
    gap = f"{b} years" if complete else "a few years"
    story = f"Otto is {a} years old. Lena is {gap} older than he is."
    return (f"{story} How old is Lena?", f"{story} What is the age of Lena in years?"), a + b


STORIES: tuple[Story, ...] = (_box, _purse, _shelf, _ages)
