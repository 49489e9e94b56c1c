"""Discrete-time hazard: when does it happen first (defection, giving up), and what brings it forward."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.stats.fits._fit import Fit, columns
from analysis.stats.fits._units import named
from analysis.stats.fits.logit import logit

ASSUMPTION = "units are independent; a predictor multiplies the odds of the event alike in every round"


def hazard(time: Any, event: Any, x: Any, clusters: Any = None, level: float = 0.95, term: str | None = None) -> Fit:
    """time [n] = round of the event, or the last round seen (1, 2, …); event [n] = 1 if it happened then, 0 if not.

    Logit on unit-rounds with one baseline a round (Allison 1982); rounds in which nobody or everybody had the event say
    nothing about x and are left out. Without clusters each sequence is its own unit (z); with them robust, t.
    """
    spell, rounds = _rounds(time, event)
    at_risk = columns(x, intercept=False).iloc[spell["sequence"]].reset_index(drop=True)
    telling = spell.groupby("round")["event"].transform("mean").between(0, 1, inclusive="neither").to_numpy()
    names = None if clusters is None else named(clusters, np.size(time))[spell["sequence"]][telling]
    baseline = pd.get_dummies(spell["round"][telling].map("round {:02d}".format), dtype=float).iloc[:, 1:]
    design = pd.concat([at_risk[telling], baseline], axis=1)
    model = logit(spell["event"].to_numpy()[telling], design, names, level, term)
    details = {**model.details, "rounds_used": float(spell["round"][telling].nunique()), "rounds": float(rounds)}
    units = int(spell["sequence"].nunique()) if clusters is None else model.units
    return replace(model, name="hazard", assumption=ASSUMPTION, units=units, details=details)


def life_table(time: Any, event: Any) -> pd.DataFrame:
    """Per round: at_risk, events, hazard = events / at_risk, survival = product of 1 - hazard."""
    spell, _ = _rounds(time, event)
    table = spell.groupby("round")["event"].agg(at_risk="size", events="sum").reset_index()
    table["hazard"] = table["events"] / table["at_risk"]
    table["survival"] = (1 - table["hazard"]).cumprod()
    return table


def _rounds(time: Any, event: Any) -> tuple[pd.DataFrame, int]:
    """One row per sequence and round at risk; sequences without a time are left out."""
    until, happened = np.asarray(time, dtype=float), np.asarray(event, dtype=float)
    good = np.flatnonzero(np.isfinite(until) & np.isfinite(happened))
    lengths = until[good].astype(int)
    if (lengths < 1).any() or (lengths != until[good]).any() or not np.isin(happened[good], (0.0, 1.0)).all():
        raise ValueError("time must be whole rounds from 1, event 0 or 1")
    ends = np.cumsum(lengths)
    count = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths) + 1
    last = count == np.repeat(lengths, lengths)
    lines = {"sequence": np.repeat(good, lengths), "round": count, "event": last * np.repeat(happened[good], lengths)}
    return pd.DataFrame(lines), int(lengths.max(initial=0))
