"""Every axis, model and persona: estimate, chance, what keeps it from being read; and what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.atlas.tables.survey import AXES, FILLER, NOBODY, Survey
from analysis.stats import estimate

EMPTY = [
    "axis",
    "model",
    "persona",
    "question",
    "value",
    "low",
    "high",
    "units",
    "d",
    "d_low",
    "d_high",
    "gate",
    "data",
]
READABLE = 0.8
"""Share of observations that must have been scored."""


def profile(surveyed: Survey) -> pd.DataFrame:
    """One row per axis, model and persona: question, value, low, high, units, rows, scored, asked, unit, chance,
    chance_name, d, d_low, d_high, gate, data (the set it was asked on).

    d: the value minus chance in standard deviations between units, the one scale all axes share; its limits are the
    interval's on that scale, the standard deviation taken as known. `gate` says why a line is no result.
    """
    lines: list[dict[str, Any]] = []
    for key, part in surveyed.rows.groupby(["measure", "model", "persona"], sort=False):
        axis, model, persona = map(str, key)
        about, gate = AXES[axis], surveyed.gates[axis, model]
        fit = _fit(part, about["unit"])
        if fit.scored < READABLE * fit.asked:
            gate = gate or f"parse rate: {fit.scored} of {fit.asked} could be scored"
        chance = float(part["chance"].mean()) if "chance" in part else about["chance"]
        facts = {name: about[name] for name in ("question", "unit", "chance_name")} | {"gate": gate, "chance": chance}
        facts["data"] = part["data"].iloc[0] if "data" in part else ""
        named = {"axis": axis, "model": model, "persona": persona}
        lines.append({**named, **fit.record(), **_scaled(part, fit, chance), **facts})
    order = list(AXES)
    lines.sort(key=lambda line: (line["model"], order.index(line["axis"]), line["persona"] != NOBODY))
    return pd.DataFrame(lines, columns=None if lines else EMPTY)


def _fit(part: pd.DataFrame, unit: str) -> estimate.Estimate:
    kind = estimate.proportion if unit == "probability" else estimate.mean
    return kind(part["value"], part["cluster"].to_numpy())


def _scaled(part: pd.DataFrame, fit: estimate.Estimate, chance: float) -> dict[str, float]:
    spread = float(part.groupby("cluster")["value"].mean().std())
    if fit.value is None or not spread > 1e-12:
        return {"d": np.nan, "d_low": np.nan, "d_high": np.nan}
    low, high = (np.nan if limit is None else limit for limit in (fit.low, fit.high))
    return {"d": (fit.value - chance) / spread, "d_low": (low - chance) / spread, "d_high": (high - chance) / spread}


def coverage(surveyed: Survey) -> pd.DataFrame:
    """Axes down, models across: units and personas measured, why a run that was made is not read, or the command that
    would measure them."""
    lines: list[dict[str, Any]] = []
    for axis, about in AXES.items():
        line: dict[str, Any] = {"axis": about["question"]}
        for model in surveyed.models:
            part = surveyed.rows[(surveyed.rows["model"] == model) & (surveyed.rows["measure"] == axis)]
            people = sum(not name.endswith(FILLER) for name in part["persona"].unique())
            line[model] = f"{part['cluster'].nunique()} units" + f", {people} personas" * (people > 1)
            if part.empty:
                line[model] = _absent(surveyed.runs, model, about)
        lines.append(line)
    return pd.DataFrame(lines, columns=["axis", *surveyed.models])


def _absent(runs: pd.DataFrame, model: str, about: dict[str, Any]) -> str:
    """Why nothing is known of a model on an axis: its run cannot be read, or there is none."""
    for run in runs.to_dict("records"):
        unread = run.get("model") == model and run["counts"] != "yes"
        if unread and about["probe"] in str(run["probes"]).split(", "):
            return f"not read: {run['run']} ({str(run['counts']).removeprefix('no: ')})"
    return f"not run: interlocutor run {about['notebook']} -p model={model}"
