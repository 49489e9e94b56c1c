"""A personality inventory in our own words, one axis a YAML file: `probes.inventory["openness"].statements`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from probes.inventory._axis import Axis, Statement, read
from probes.shelf import become, file_shelf

__all__ = ["BIG_FIVE", "DARK_TRIAD", "SHELF", "Axis", "Statement", "read"]

BIG_FIVE = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
DARK_TRIAD = ("machiavellianism", "narcissism", "psychopathy")

SHELF: Mapping[str, Axis] = file_shelf("inventory axis", Path(__file__).parent, ".yaml", read)

become(__name__, SHELF)  # type: ignore[arg-type]
