"""Reading of the choices probe: what picks weigh, what is said of it, and what a record of them changes."""

from __future__ import annotations

from analysis.choices import plots, tables
from analysis.choices.findings import claims
from analysis.choices.tables import beside, followed, weights

__all__ = ["beside", "claims", "followed", "plots", "tables", "weights"]
