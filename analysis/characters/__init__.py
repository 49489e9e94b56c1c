"""Reading of the character probes: whose line is it, what in a profile tells, and is a simulated user a user?"""

from __future__ import annotations

from analysis.characters import plots, tables
from analysis.characters.findings import claims
from analysis.characters.tables.dialogues import course, overview
from analysis.characters.tables.refined import refining

__all__ = ["claims", "course", "overview", "plots", "refining", "tables"]
