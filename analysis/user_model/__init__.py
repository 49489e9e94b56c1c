"""Reading of the user-model probes: belief and action from a diary, changing likes, questions, and who knows what."""

from __future__ import annotations

from analysis.user_model.elicitation import elicited
from analysis.user_model.findings import claims
from analysis.user_model.hearsay import known
from analysis.user_model.tables import courses, slopes

__all__ = ["claims", "courses", "elicited", "known", "slopes"]
