"""Reading of the user-model probes: belief and action from a diary, and likes that change."""

from __future__ import annotations

from analysis.user_model.findings import claims
from analysis.user_model.tables import courses, slopes

__all__ = ["claims", "courses", "slopes"]
