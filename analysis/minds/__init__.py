"""Personas: what they move (theory of mind, traits, reasoning), against which yardstick, and what was too small to see.

Every comparison is paired by item and clustered by scene; every family of tests is declared before it is adjusted.
"""

from __future__ import annotations

from analysis.minds import plots
from analysis.minds.brief import brief, grid
from analysis.minds.findings import claims
from analysis.minds.methods import methods
from analysis.minds.models import over_models
from analysis.minds.omnibus import omnibus
from analysis.minds.profiles import items, sets, strategies, variability
from analysis.minds.shifts import pull, shifts
from analysis.minds.traits import controllability, linked, traits
from analysis.minds.turns import turned
from analysis.minds.verdicts import VERDICTS, forms, opposites, verdicts
from analysis.minds.wording import wording_noise

__all__ = ["VERDICTS", "brief", "claims", "controllability", "forms", "grid", "items", "linked", "methods"]
__all__ += ["omnibus", "opposites", "over_models", "plots", "pull", "sets", "shifts"]
__all__ += ["strategies", "traits", "turned", "variability", "verdicts", "wording_noise"]
