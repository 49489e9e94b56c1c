"""Scores of a table of confidences, each with an interval and beside what a perfectly calibrated model would get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.calibration.tables.panel import DISTANCES, METRICS, ONE_SIDED, PLAIN
from analysis.calibration.tables.redraw import Redrawn
from analysis.stats.fits._units import UNNAMED
from analysis.stats.fits.bootstrap import MINIMUM_UNITS
from analysis.stats.metrics._rows import NotEstimable, ties

EMPTY = dict.fromkeys(("value", "low", "high", "corrected", "null_low", "null_high", "p_calibrated"), np.nan)


def score(
    table: pd.DataFrame,
    groups: Sequence[str] = (),
    rng: np.random.Generator | None = None,
    metrics: Sequence[str] = METRICS,
    draws: int = 1000,
    level: float = 0.95,
) -> pd.DataFrame:
    """One line per group and metric: value, low, high, corrected, null_low, null_high, p_calibrated, counts, reason.

    table: columns `confidence` and `correct` in [0, 1] (NaN where missing: counted in `asked`, never filled in) and
    `cluster`, the independent unit; without it every row is one. Rows weigh alike; clusters are redrawn whole.
    corrected: median-unbiased value of a distance, whose plain value noise only enlarges; elsewhere the value.
    null_low, null_high: the central `level` of the metric on tables of the same confidences, clusters and dependence
    whose outcomes a perfectly calibrated model would have had. p_calibrated: how often such a table is as far off
    (one-sided for distances from calibration, else two-sided); an interval leaves out perfect calibration only where
    this is at most 1 - level.
    """
    if unknown := [name for name in metrics if name not in METRICS]:
        raise KeyError(f"no metric {unknown[0]!r}; there are {', '.join(METRICS)}")
    if absent := [name for name in ("confidence", "correct", *groups) if name not in table.columns]:
        raise KeyError(f"the table lacks the column {absent[0]!r}")
    rng = np.random.default_rng(0) if rng is None else rng
    parts = table.groupby(list(groups), observed=True, dropna=False, sort=False) if groups else [((), table)]
    lines = []
    for cell, part in parts:
        shared = dict(zip(groups, cell if isinstance(cell, tuple) else (cell,), strict=True))
        lines += [shared | line for line in _card(part, metrics, rng, draws, level)]
    return pd.DataFrame(lines)


def _card(
    part: pd.DataFrame, names: Sequence[str], rng: np.random.Generator, draws: int, level: float
) -> list[dict[str, Any]]:
    values = part[["confidence", "correct"]].to_numpy(dtype=float)
    known = np.isfinite(values).all(axis=1)
    clusters = part["cluster"].to_numpy()[known] if "cluster" in part.columns else np.flatnonzero(known)
    p, y = values[known].T
    if pd.isna(clusters).any():
        raise ValueError(UNNAMED)
    units = int(pd.Series(clusters).nunique())
    counts = {"level": level, "units": units, "rows": len(part), "scored": int(known.sum()), "asked": len(part)}
    if not units:
        reason = "no row has both a confidence and a scored answer"
        return [{"metric": name} | EMPTY | counts | {"method": "", "reason": reason} for name in names]
    levels, right, count = ties(p, y, np.ones(len(p)))
    redrawn = Redrawn(p, y, clusters, units, rng, draws, level)
    lines = []
    for name in names:
        value = _rows(name)(levels, right / count, count)
        line = EMPTY | {"metric": name, "value": value, "corrected": value, "method": "", "reason": ""}
        if isinstance(value, NotEstimable):
            lines.append(line | counts | {"reason": value.reason})
            continue
        few = {"reason": f"fewer than {MINIMUM_UNITS} independent units: no interval"}
        interval: dict[str, Any] = redrawn.interval(name, value) if units >= MINIMUM_UNITS else dict(few)
        null = redrawn.null(name, value)
        if name in ONE_SIDED and "low" in interval and null.get("p_calibrated", 0.0) > 1 - level:
            interval["low"] = 0.0  # redraws of few answers are a rougher test of calibration than its own tables
        lines.append(line | null | interval | counts)
    return lines


def _rows(name: str) -> Any:
    return DISTANCES[name].rows if name in DISTANCES else PLAIN[name][0]
