"""Random numbers of foreign code: while it runs they are a trial's own, so that it can be replayed."""

from __future__ import annotations

import random
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.random import bit_generator


class Chance:
    """Use as a context around each stretch of the foreign code; between them everybody else's state stands untouched.

    The module functions of `random` and `numpy.random` go on where the last stretch ended; `random.Random()` and
    generators of NumPy without a seed get one of the same stream, by whatever name they were imported. State is that of
    the whole process: what other threads of the foreign code draw between two stretches is nobody's.

    Parameters
    ----------
    key : int
        Of the stream.

    Examples
    --------
    >>> def draws(chance):
    ...     with chance:
    ...         return random.random(), float(np.random.default_rng().random())
    >>> first, again = Chance(1), Chance(1)
    >>> (draws(first), draws(first)) == (draws(again), draws(again))
    True
    """

    def __init__(self, key: int) -> None:
        self._seeds = np.random.default_rng(key)
        first = random.Random(key)  # noqa: S311 - replayed, not kept secret
        self._own: tuple[Any, Any] = first.getstate(), np.random.RandomState(key % 2**32).get_state()
        own = self._seed

        class Seeded(random.Random):
            """A generator of the module `random` that never asks the machine for its seed."""

            def __new__(cls, given: Any = None) -> Seeded:
                return super().__new__(cls)

            def __init__(self, given: Any = None) -> None:
                super().__init__(own(given))

        machine = "randbits"  # whom NumPy asks for a seed: `default_rng` imported by name and `PCG64()` as well
        entropy = patch.object(bit_generator, machine, self._bits) if hasattr(bit_generator, machine) else None
        made = np.random.default_rng
        self._patches = (
            patch.object(random, "Random", Seeded),
            entropy or patch.object(np.random, "default_rng", lambda seed=None: made(own(seed))),
        )

    def _seed(self, given: Any) -> Any:
        return int(self._seeds.integers(2**63)) if given is None else given

    def _bits(self, count: int) -> int:
        return int.from_bytes(self._seeds.bytes(count // 8), "little")

    def __enter__(self) -> None:
        self._others = random.getstate(), np.random.get_state()
        for each in self._patches:
            each.start()
        random.setstate(self._own[0])
        np.random.set_state(self._own[1])

    def __exit__(self, *_: object) -> None:
        self._own = random.getstate(), np.random.get_state()
        for each in self._patches:
            each.stop()
        random.setstate(self._others[0])
        np.random.set_state(self._others[1])
