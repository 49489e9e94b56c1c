"""Reading of the user-model probes: belief and action from a diary, likes that change, and questions."""

from __future__ import annotations

from analysis.user_model.elicitation import elicited
from analysis.user_model.findings import claims
from analysis.user_model.tables import courses, slopes

__all__ = ["claims", "courses", "elicited", "slopes"]
