"""Differences between models and between personas, every one declared by the data at hand, under Holm in its family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pandas as pd

from analysis.atlas.tables.profile import profile
from analysis.atlas.tables.survey import FILLER, NOBODY, Survey
from analysis.stats.fits import holm, paired_t, welch
from analysis.stats.fits._fit import Fit
from analysis.stats.fits.power import detectable

FAMILIES = ("models", "personas")
COLUMNS = [
    "family",
    "axis",
    "model",
    "a",
    "b",
    "value",
    "low",
    "high",
    "smallest",
    "units",
    "test",
    "p",
    "adjusted",
    "survives",
    "why",
]


def contrasts(surveyed: Survey, level: float = 0.95) -> pd.DataFrame:
    """One row per declared difference a minus b: family, axis, model, a, b, value, low, high, smallest (difference
    found with 80 % power by Holm's first step), units, test, p (unadjusted), adjusted, survives, why (there is no p).

    Family `models`: every pair of models without a persona, on every axis both were measured on. Family `personas`:
    every persona against a filler of its length where there is one, else against none, within each model. Units that
    both sides share are paired; without shared units Welch. A difference one side of which failed a gate stays in the
    family and cannot be rejected. `level`: of the intervals, which stand for themselves (no adjustment).
    """
    gates = (
        profile(surveyed).set_index(["axis", "model", "persona"])["gate"]
        if len(surveyed.rows)
        else pd.Series(dtype=object)
    )
    cells = {key: part for key, part in surveyed.rows.groupby(["measure", "model", "persona"])}
    lines, declared = [], list(_declared(surveyed))
    sizes = Counter(family for family, *_ in declared)
    for family, axis, one, other in declared:
        fit, test = compare(cells[axis, *one], cells[axis, *other], level)
        smallest = detectable(fit.low, fit.high, fit.df, level, sizes[family])
        closed = "; ".join(dict.fromkeys(gate for side in (one, other) if (gate := gates[axis, *side])))
        names = (one[0], other[0], "") if family == "models" else (one[1], other[1], one[0])
        lines.append({
            "family": family, "axis": axis, "model": names[2], "a": names[0], "b": names[1], "value": fit.estimate,
            "low": fit.low, "high": fit.high, "smallest": smallest, "units": fit.units,
            "test": test, "p": None if closed else fit.p, "why": closed or fit.reason,
        })  # fmt: skip
    table = pd.DataFrame(lines, columns=[name for name in COLUMNS if name not in ("adjusted", "survives")])
    return _adjusted(table)[COLUMNS]


def _declared(surveyed: Survey) -> Iterator[tuple[str, str, tuple[str, str], tuple[str, str]]]:
    """(family, axis, (model, persona), (model, persona))."""
    for axis, part in surveyed.rows.groupby("measure", sort=False):
        plain = part.loc[part["persona"] == NOBODY, "model"]
        for one, other in combinations(sorted(plain.unique()), 2):
            yield "models", str(axis), (one, NOBODY), (other, NOBODY)
        for model, own in part.groupby("model"):
            names = set(own["persona"])
            for name in sorted(name for name in names if name != NOBODY and not name.endswith(FILLER)):
                base = name + FILLER if name + FILLER in names else NOBODY
                if base in names:
                    yield "personas", str(axis), (str(model), name), (str(model), base)


def compare(a: pd.DataFrame, b: pd.DataFrame, level: float = 0.95) -> tuple[Fit, str]:
    """Mean of a minus mean of b over units, paired where at least half of the units are shared."""
    sides = (a["value"].to_numpy(), b["value"].to_numpy(), a["cluster"].to_numpy(), b["cluster"].to_numpy())
    mine, theirs = set(sides[2]), set(sides[3])
    if 2 * len(mine & theirs) >= max(len(mine), len(theirs)):
        return paired_t.paired_t(*sides, level=level), "paired t"
    return welch.welch(*sides, level=level), "Welch"


def _adjusted(lines: pd.DataFrame) -> pd.DataFrame:
    lines = lines.assign(adjusted=float("nan"), survives=False)
    for _, part in lines.groupby("family"):
        names = [str(at) for at in part.index]
        p_values: dict[str, Any] = {str(at): None if pd.isna(p) else float(p) for at, p in part["p"].items()}
        done = holm.holm(p_values, names)
        lines.loc[part.index, "adjusted"] = done["adjusted"].to_numpy()
        lines.loc[part.index, "survives"] = done["rejected"].to_numpy()
    return lines
