"""Reading of the instruction probes: where a rule is obeyed, how far it spills, and whose word counts."""

from __future__ import annotations

from analysis.instructions import plots, tables
from analysis.instructions.findings import claims
from analysis.instructions.tables import changes, gains
from analysis.instructions.tables.people import leaks, slots, weights, written

__all__ = ["changes", "claims", "gains", "leaks", "plots", "slots", "tables", "weights", "written"]
