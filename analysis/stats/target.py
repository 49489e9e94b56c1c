"""What a number speaks for: these stimuli, more of the same generator, new kinds, or fixed levels; the interval
follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.stats import estimate
from analysis.stats.estimate import Estimate
from analysis.stats.fits._units import gather, quantile, refused, wilson

THESE, MORE, KINDS, FIXED = "these stimuli", "more of the same generator", "new kinds", "these fixed levels"
SAMPLED = (THESE, MORE, KINDS)
TARGETS = (*SAMPLED, FIXED)
FEWEST_KINDS = 3
"""Kinds below which nothing is said about new ones: t on one degree of freedom would span nearly everything."""


def check(target: str) -> str:
    """The target itself. ValueError for one that is not in TARGETS."""
    if target not in TARGETS:
        raise ValueError(f"target is one of {TARGETS}, not {target!r}")
    return target


def across(rows: pd.DataFrame, kind: str, other: pd.DataFrame | None = None, measure: str = "mean") -> Estimate | None:
    """The mean of `rows` (minus that of `other`) with the interval for new kinds: kinds are the units.

    Parameters
    ----------
    rows, other : tables with a `value` and the column `kind`; both sides of a difference are paired by kind.
    measure : "proportion" for values in [0, 1], else "mean", as in `estimate.between`.

    Returns
    -------
    Estimate or None
        None where the table does not name kinds, or has one only. Without an interval, and with the reason, below
        FEWEST_KINDS.
    """
    if kind not in rows or rows[kind].nunique() < 2:
        return None
    if other is not None:
        over_kinds = estimate.between(rows, other, measure, by=kind)
    else:
        estimator = estimate.proportion if measure == "proportion" else estimate.mean
        over_kinds = estimator(rows["value"], rows[kind].to_numpy())
    return enough(over_kinds)


def enough(described: Estimate, names: str = "kinds") -> Estimate:
    """The estimate, whose units are kinds; without limits where these are fewer than FEWEST_KINDS."""
    if described.value is None or described.units >= FEWEST_KINDS:
        return described
    reason = f"{described.units} {names}: described, nothing is said about new ones"
    return replace(described, low=None, high=None, reason=reason)


def proportion(target: str, values: Any, stimuli: Any, kinds: Any = None, level: float = 0.95) -> Estimate:
    """Mean over stimuli of `values` in [0, 1], with the interval that belongs to the target.

    The value is the same for every target; what would be drawn again differs.

    Parameters
    ----------
    target : one of SAMPLED. THESE: the stimuli stay, the model answers anew, so that the spread is that of repeated
        draws of a stimulus. MORE: other stimuli of the same kinds. KINDS: other kinds, such as domains or
        covers.
    values : array [rows], NaN unscored.  stimuli, kinds : labels [rows]; every stimulus belongs to one kind.

    Returns
    -------
    Estimate
        `units` counts what is drawn anew: rows, stimuli, kinds. Without an interval, and with the reason, where every
        stimulus was asked once (THESE: a greedy answer is what it is) or there are fewer than three kinds.

    Example
    -------
    >>> values, domain = [1, 1, 1, 1, 0, 0, 0, 0], [*"aabbccdd"]
    >>> [round(proportion(name, values, range(8), domain).high, 2) for name in (MORE, KINDS)]
    [0.78, 0.94]
    """
    if check(target) == FIXED:
        raise ValueError(f"fixed levels are described, not sampled: one of {SAMPLED} has an interval")
    if target == MORE:
        return estimate.proportion(values, stimuli, level=level)
    return _these(values, stimuli, level) if target == THESE else _kinds(values, stimuli, kinds, level)


def _these(values: Any, stimuli: Any, level: float) -> Estimate:
    units, method = gather(values, stimuli), "Wilson, draws of the model"
    if not units.n:
        return refused(units, level, method)
    rows = pd.DataFrame({"value": np.asarray(values, dtype=float), "unit": np.asarray(stimuli, dtype=object)}).dropna()
    spread, drawn = rows.groupby("unit")["value"].var(ddof=1), rows.groupby("unit")["value"].size()
    counts = replace(units.bare(level, method), units=units.scored)
    if (drawn < 2).any():
        return replace(counts, reason="a stimulus was asked once: for these stimuli the number is what it is")
    value, variance = units.value, float((spread / drawn).sum()) / units.n**2
    effective = min(value * (1 - value) / variance, 1e9) if variance > 0 else float(units.scored)
    low, high = wilson(value, effective, quantile(level))
    return replace(counts, low=low, high=high)


def _kinds(values: Any, stimuli: Any, kinds: Any, level: float) -> Estimate:
    if kinds is None:
        raise ValueError("the target 'new kinds' needs the kind of every row")
    rows = pd.DataFrame({"value": np.asarray(values, dtype=float), "unit": np.asarray(stimuli, dtype=object),
                         "kind": np.asarray(kinds, dtype=object)})  # fmt: skip
    if (rows.groupby("unit")["kind"].nunique() > 1).any():
        raise ValueError("a stimulus lies in two kinds: name stimuli apart")
    means = rows.groupby("unit", sort=False).agg({"value": "mean", "kind": "first"})
    return enough(estimate.pooled(means["value"], means["kind"].to_numpy(), level=level))
