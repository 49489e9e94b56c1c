"""Reading of the persuasion probes: arguments that fit, listeners that move, replies that tell."""

from __future__ import annotations

from analysis.persuasion import plots, tables
from analysis.persuasion.findings import claims
from analysis.persuasion.tables import appeals, credited, hits, shifts
from analysis.persuasion.tables.debates import odds

__all__ = ["appeals", "claims", "credited", "hits", "odds", "plots", "shifts", "tables"]
