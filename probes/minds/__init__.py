"""Theory-of-mind scenes with exact truth: a ledger of who learnt what, stories told from it, balanced sets."""

from __future__ import annotations

from probes.minds.generate import BLOCK, lucky, scenes, twin
from probes.minds.scene import CONDITIONS, KINDS, LANGUAGES, READING, Item, Scene, families
from probes.shared.world.ledger import Entry, Ledger, keep

__all__ = ["BLOCK", "CONDITIONS", "KINDS", "LANGUAGES", "Entry", "Item", "Ledger", "Scene", "families", "keep", "lucky"]
__all__ += ["READING", "scenes", "twin"]
