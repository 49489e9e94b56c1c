"""Things with attributes: goods of a catalogue, candidates, referents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Thing:
    """Something with a name and yes-or-no attributes."""

    name: str
    attributes: Mapping[str, bool] = field(default_factory=dict)

    def holds(self, attribute: str) -> bool:
        """Whether it has an attribute. KeyError names the ones it was made with."""
        if attribute not in self.attributes:
            raise KeyError(f"{self.name} has no attribute {attribute!r}; there are: {', '.join(self.attributes)}")
        return self.attributes[attribute]


def things(names: Sequence[str], shares: Mapping[str, float], rng: np.random.Generator) -> list[Thing]:
    """Things all of whose attribute patterns differ, each attribute held by exactly its share of them.

    Parameters
    ----------
    names : names of the things [n].
    shares : attribute -> share in (0, 1); n times the share must be a whole number. Unequal shares make questions
        unequally informative: with all of them at one half any question is as good as another.
    rng : source of the draw; patterns are drawn again until all differ.

    Raises
    ------
    ValueError
        Where a share does not come out even, or no draw of a thousand made all things different.
    """
    n = len(names)
    for attribute, share in shares.items():
        if not 0 < share < 1 or abs(n * share - round(n * share)) > 1e-9:
            raise ValueError(f"{attribute}: a share of {share} of {n} things is no whole number above 0 and below {n}")
    for _ in range(1000):
        columns = {name: rng.permutation(n) < round(n * share) for name, share in shares.items()}
        patterns = list(zip(*columns.values(), strict=True))
        if len(set(patterns)) == n:
            return [Thing(name, dict(zip(shares, map(bool, row), strict=True)))
                    for name, row in zip(names, patterns, strict=True)]  # fmt: skip
    raise ValueError(f"{len(shares)} attributes of these shares cannot tell {n} things apart")
