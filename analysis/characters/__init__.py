"""Reading of the character probes: whose line is it, and what in a profile tells."""

from __future__ import annotations

from analysis.characters import plots
from analysis.characters.findings import claims

__all__ = ["claims", "plots"]
