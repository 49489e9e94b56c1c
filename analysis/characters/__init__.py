"""Reading of the character probes: whose line is it, what in a profile tells, and is a simulated user a user?"""

from __future__ import annotations

from analysis.characters import plots
from analysis.characters.findings import claims
from analysis.characters.refined import refining
from analysis.characters.talks import course, overview

__all__ = ["claims", "course", "overview", "plots", "refining"]
