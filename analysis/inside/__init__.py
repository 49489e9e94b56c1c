"""Inside the model: where a behaviour can be read, whether steering there shifts it, and what the controls say."""

from __future__ import annotations

from analysis.inside import plots, tables
from analysis.inside.findings import claims
from analysis.inside.tables.decode import scan
from analysis.inside.tables.limits import LIMITS
from analysis.inside.tables.rows import at, between, layers

__all__ = ["LIMITS", "at", "between", "claims", "layers", "plots", "scan", "tables"]
