"""A personality inventory in our own words, one axis a YAML file: `inventory.SHELF["openness"].statements`."""

from __future__ import annotations

from pathlib import Path

from probes.core.registry import Registry, of_files
from probes.shared.items.statement import Axis, Statement, read

__all__ = ["BIG_FIVE", "DARK_TRIAD", "SHELF", "Axis", "Statement", "read"]

SHELF: Registry[Axis] = of_files(
    "inventory axis", Path(__file__).parent, ".yaml", read, lambda axis: axis.statements[0].text
)
