"""Games between two players. `probes.games` itself is the registry: `probes.games["prisoners_dilemma"].payoffs`."""

from __future__ import annotations

from probes.core.registry import Registry
from probes.games.game import SEATS, Game
from probes.games.shelf import shelf

__all__ = ["SEATS", "SHELF", "Game"]

SHELF: Registry[Game] = shelf()
