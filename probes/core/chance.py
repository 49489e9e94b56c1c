"""Random numbers of foreign code: while it runs they are a trial's own, so that it can be replayed."""

from __future__ import annotations

import random
from typing import Any
from unittest.mock import patch

import numpy as np


class Chance:
    """Use as a context around each stretch of the foreign code; between them everybody else's state stands untouched.

    The module functions of `random` and `numpy.random` go on where the last stretch ended; `random.Random()` and
    `default_rng()` without a seed get one of the same stream.

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
        made, seed = np.random.default_rng, lambda given: int(self._seeds.integers(2**63)) if given is None else given

        class Seeded(random.Random):
            """A generator of the module `random` that never asks the machine for its seed."""

            def __new__(cls, given: Any = None) -> Seeded:
                return super().__new__(cls)

            def __init__(self, given: Any = None) -> None:
                super().__init__(seed(given))

        self._patches = (
            patch.object(np.random, "default_rng", lambda given=None: made(seed(given))),
            patch.object(random, "Random", Seeded),
        )

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
