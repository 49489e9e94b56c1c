"""Personas: what they move (theory of mind, traits, reasoning), against which yardstick, and what was too small to see.

Every comparison is paired by item and clustered by scene; every family of tests is declared before it is adjusted.
"""

from __future__ import annotations

from analysis.persona.brief import brief, grid
from analysis.persona.findings import findings
from analysis.persona.methods import methods
from analysis.persona.models import over_models
from analysis.persona.omnibus import omnibus
from analysis.persona.opposites import opposites
from analysis.persona.profiles import items, sets, strategies, variability
from analysis.persona.pull import pull
from analysis.persona.shifts import shifts
from analysis.persona.traits import controllability, linked, traits
from analysis.persona.verdicts import VERDICTS, forms, verdicts
from analysis.persona.wording import wording_noise

__all__ = ["VERDICTS", "brief", "controllability", "findings", "forms", "grid", "items", "linked", "methods"]
__all__ += ["omnibus", "opposites", "over_models", "pull", "sets", "shifts"]
__all__ += ["strategies", "traits", "variability", "verdicts", "wording_noise"]
