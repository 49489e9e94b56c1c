"""Games between two players. The package is a mapping by name: `probes.games["prisoners_dilemma"].payoffs`."""

from __future__ import annotations

from probes.core.registry import Shelf, become
from probes.games.game import SEATS, Game
from probes.games.shelf import shelf

__all__ = ["SEATS", "SHELF", "Game"]

SHELF: Shelf = shelf()
"""The same mapping as an object, for code that is checked by a type checker."""

become(__name__, SHELF)
