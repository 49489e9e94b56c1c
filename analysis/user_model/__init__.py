"""Reading of the user-model probes: diaries, changing likes, questions, who knows what, and group chats."""

from __future__ import annotations

from analysis.user_model import plots, tables
from analysis.user_model.findings import claims
from analysis.user_model.tables import courses, slopes
from analysis.user_model.tables.chats import responses
from analysis.user_model.tables.elicitation import elicited, rejected
from analysis.user_model.tables.hearsay import known
from analysis.user_model.tables.lines import shortcuts, versions
from analysis.user_model.tables.turns import turned

__all__ = ["claims", "courses", "elicited", "known", "plots", "rejected", "responses", "shortcuts", "slopes", "tables",
           "turned", "versions"]  # fmt: skip
