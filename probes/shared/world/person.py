"""A person: what is hidden in them, and the events that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from probes.shared.world.log import Event

NAMES = (
    "Ada", "Ben", "Dan", "Nora", "Finn", "Hugo", "Jack", "Leo", "Paul", "Rosa", "Vera", "Walt",
    "Anna", "Max", "Sam", "Tom", "Mary", "Emma", "John", "Kate", "Lucy", "Mark", "Peter", "Sara",
)  # fmt: skip
"""Given names that are no word of any language of the texts (as "Ella", she, is in Spanish)."""


@dataclass(frozen=True)
class Person:
    """Somebody with hidden properties.

    Parameters
    ----------
    name : str
    habits : mapping
        Variable -> value on each occasion, in order.
    facts : tuple of str
        Keys of facts in the tongue's family `facts`.
    style : tuple of str
        Names of effects in `probes.shared.effects` that mark how they write.
    feels : mapping
        Other person -> +1 or -1, whether they like them.
    """

    name: str
    habits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    style: tuple[str, ...] = ()
    feels: Mapping[str, int] = field(default_factory=dict)

    def events(self, what: str, channel: str = "did", first: int = 1) -> tuple[Event, ...]:
        """One event an occasion of a habit, one a day from day `first`."""
        return tuple(Event(day, self.name, what, v, channel) for day, v in enumerate(self.habits[what], start=first))


def names(count: int, rng: np.random.Generator, pool: Sequence[str] = NAMES) -> list[str]:
    """`count` different names. ValueError where the pool is too small."""
    if count > len(pool):
        raise ValueError(f"{count} different names are asked for, the pool has {len(pool)}")
    return [str(name) for name in rng.choice(pool, count, replace=False)]
