"""Personas: what they move (theory of mind, traits, reasoning), against which yardstick, and what was too small to see.

Every comparison is paired by item and clustered by scene; every family of tests is declared before it is adjusted.
"""

from __future__ import annotations

from analysis.minds import plots, tables
from analysis.minds.findings import claims
from analysis.minds.tables.brief import brief, grid
from analysis.minds.tables.methods import methods
from analysis.minds.tables.models import over_models
from analysis.minds.tables.omnibus import omnibus
from analysis.minds.tables.profiles import items, sets, strategies, variability
from analysis.minds.tables.shifts import pull, shifts
from analysis.minds.tables.traits import controllability, linked, traits
from analysis.minds.tables.turns import turned
from analysis.minds.tables.verdicts import VERDICTS, forms, opposites, verdicts
from analysis.minds.tables.wording import wording_noise

__all__ = ["VERDICTS", "brief", "claims", "controllability", "forms", "grid", "items", "linked", "methods"]
__all__ += ["omnibus", "opposites", "over_models", "plots", "pull", "sets", "shifts"]
__all__ += ["strategies", "tables", "traits", "turned", "variability", "verdicts", "wording_noise"]
