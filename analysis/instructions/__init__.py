"""Reading of the instruction probes: where a rule is obeyed, and how far it spills."""

from __future__ import annotations

from analysis.instructions.findings import claims
from analysis.instructions.tables import changes, gains

__all__ = ["changes", "claims", "gains"]
