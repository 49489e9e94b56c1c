"""Calibration: score cards of confidence, repair, and readers of tables from anywhere. No model is needed.

table = calibration.pairs(records)            # or any table with confidence, correct, cluster
calibration.score(table, ["kind"])            # metrics with intervals, beside the null of a calibrated model
calibration.score_file("reports/x")           # a run folder, .csv, .parquet or .jsonl
calibration.repair(table, "temperature", rng) # cross-fitted by cluster
"""

from __future__ import annotations

from analysis.calibration import plots, tables
from analysis.calibration.findings import claims
from analysis.calibration.tables import option_shares, pairs, rates, read, score_file
from analysis.calibration.tables.conformal import conformal
from analysis.calibration.tables.panel import METRICS
from analysis.calibration.tables.repair import METHODS, benefit, repair
from analysis.calibration.tables.score import score

__all__ = [
    "METHODS",
    "METRICS",
    "benefit",
    "claims",
    "conformal",
    "option_shares",
    "pairs",
    "plots",
    "rates",
    "read",
    "repair",
    "score",
    "score_file",
    "tables",
]
