"""A personality inventory in our own words, one axis a YAML file: `probes.minds.inventory["openness"].statements`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from probes.core.registry import become, file_shelf
from probes.shared.items.statement import Axis, Statement, read

__all__ = ["BIG_FIVE", "DARK_TRIAD", "SHELF", "Axis", "Statement", "read"]


SHELF: Mapping[str, Axis] = file_shelf("inventory axis", Path(__file__).parent, ".yaml", read)

become(__name__, SHELF)  # type: ignore[arg-type]
