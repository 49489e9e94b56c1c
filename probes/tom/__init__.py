"""Theory-of-mind scenes with exact truth: a ledger of who learnt what, stories told from it, balanced sets."""

from __future__ import annotations

from probes.tom.generate import BLOCK, lucky, scenes, twin
from probes.tom.ledger import Entry, Ledger, keep
from probes.tom.scene import CONDITIONS, KINDS, READING, Item, Scene, families

__all__ = ["BLOCK", "CONDITIONS", "KINDS", "Entry", "Item", "Ledger", "Scene", "families", "keep", "lucky"]
__all__ += ["READING", "scenes", "twin"]
