"""Games: released data as tables, strategies, and what a model's moves say about them."""

from __future__ import annotations

from analysis.games import plots, tables
from analysis.games.findings import claims

__all__ = ["claims", "plots", "tables"]
