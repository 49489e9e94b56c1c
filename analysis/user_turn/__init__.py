"""Reading of user-turn tables: rates and classes, claims and their gates, instruments, user-likeness."""

from __future__ import annotations

from analysis.user_turn import plots, tables
from analysis.user_turn.findings import claims, gates
from analysis.user_turn.findings.wording import PAPER
from analysis.user_turn.tables import CLASSES, brief, composition, decoupling, elsewhere, examples, rates, turns
from analysis.user_turn.tables.coloured import coloured
from analysis.user_turn.tables.compared import both, by_instrument, companion, readings
from analysis.user_turn.tables.contrasts import contrasts
from analysis.user_turn.tables.energy import distances
from analysis.user_turn.tables.instruments import agreement, confusion, grounded_class, separation
from analysis.user_turn.tables.likeness import distance, features, likeness, real_turns

__all__ = [
    "CLASSES",
    "PAPER",
    "agreement",
    "both",
    "brief",
    "by_instrument",
    "claims",
    "coloured",
    "companion",
    "composition",
    "confusion",
    "contrasts",
    "decoupling",
    "distance",
    "distances",
    "elsewhere",
    "examples",
    "features",
    "gates",
    "grounded_class",
    "likeness",
    "plots",
    "rates",
    "readings",
    "real_turns",
    "separation",
    "tables",
    "turns",
]
