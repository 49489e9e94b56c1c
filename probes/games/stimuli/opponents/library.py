"""Strategies of the Axelrod library, where that package is installed. It is not a dependency of this one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from probes.games.stimuli.opponents import Strategy


def strategy(name: str) -> Strategy:
    """The strategy of an Axelrod class, replayed from the start at every move so that nothing is remembered.

    Raises ModuleNotFoundError without the package and KeyError for an unknown class.
    """
    library = import_module("axelrod")
    kind: Any = getattr(library, name, None)
    if not isinstance(kind, type) or not issubclass(kind, library.Player):
        raise KeyError(f"axelrod has no strategy {name!r}")

    def move(own: str, theirs: str, rng: np.random.Generator) -> str:
        player, other = kind(), library.MockPlayer([library.Action.from_char(letter) for letter in theirs + "C"])
        player.set_seed(int(rng.integers(2**31)))
        for k in range(len(own)):
            player.strategy(other)
            player.history.append(library.Action.from_char(own[k]), library.Action.from_char(theirs[k]))
            other.history.append(library.Action.from_char(theirs[k]), library.Action.from_char(own[k]))
        return str(player.strategy(other))

    return move
