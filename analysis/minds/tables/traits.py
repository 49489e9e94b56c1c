"""Manipulation check: trait scores of an inventory, agreement apart from trait, and how far the trait moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.minds.tables.profiles import variability
from analysis.minds.tables.shifts import baseline, shifts
from analysis.stats import estimate, frame

COLUMNS = ["placement", "persona", "axis", "value", "low", "high", "points", "acquiescence", "sd", "units", "reason"]
MIDDLE = 3.0
"""Of the scale from 1 to 5."""


def traits(table: pd.DataFrame, by: Sequence[str] = ("placement", "persona", "guise", "axis")) -> pd.DataFrame:
    """Mean points towards each axis with interval, statements being the units; `acquiescence` is agreement minus 3.

    On a balanced axis agreement with everything leaves the trait score at 3.
    """
    keyed = estimate.by(table, "keyed", list(by), kind="mean")
    agreed = estimate.by(table, "rating", list(by), kind="mean")[[*by, "value"]]
    return keyed.merge(agreed.rename(columns={"value": "rating"}), on=list(by)).assign(
        acquiescence=lambda lines: lines.pop("rating").astype(float) - MIDDLE
    )


def controllability(table: pd.DataFrame, against: str = "control") -> pd.DataFrame:
    """Change of the trait a persona names, in its direction, in SDs of the statements' scores when nobody speaks.

    One row per placement and persona whose trait is an axis of the table. Columns: value, low, high (SD units), points
    (raw), acquiescence (change of agreement in points, the part that is no trait), sd, units, reason.
    """
    keyed, rating = frame.rows(table, "keyed"), frame.rows(table, "rating")
    named = keyed[(keyed["guise"] == "persona") & (keyed["trait"] == keyed["axis"]) & (keyed["level"] != 0)]
    lines = []
    for (placement, persona, axis), part in named.groupby(["placement", "persona", "axis"], observed=True, sort=False):
        facts = {"placement": placement, "persona": persona, "axis": axis}
        lines.append(facts | _moved(part, keyed, rating, against, facts))
    return pd.DataFrame(lines, columns=COLUMNS)


def _moved(
    part: pd.DataFrame, keyed: pd.DataFrame, rating: pd.DataFrame, against: str, facts: dict[str, Any]
) -> dict[str, Any]:
    base = baseline(keyed, against, facts)
    nobody = baseline(keyed, "none", facts)["value"]
    sd = float((nobody if nobody.count() > 1 else base["value"]).std(ddof=1))
    shift = estimate.between(part, base)
    level = int(part["level"].iloc[0])
    spoken = rating[rating["guise"] == "persona"]
    for name, value in facts.items():
        spoken = spoken[spoken[name] == value]
    agreed = spoken["value"].mean() - baseline(rating, against, facts)["value"].mean()
    ends = [shift.low, shift.high] if shift.low is not None and shift.high is not None else []
    scaled = sorted(end * level / sd for end in ends) if sd > 0 else []
    return {
        "value": shift.value * level / sd if shift.value is not None and sd > 0 else None,
        "low": scaled[0] if scaled else None,
        "high": scaled[1] if scaled else None,
        "points": None if shift.value is None else shift.value * level,
        "acquiescence": float(agreed),
        "sd": sd,
        "units": shift.units,
        "reason": shift.reason or ("" if sd > 0 else "no spread between statements"),
    }


def linked(tom: pd.DataFrame, inventory: pd.DataFrame, over: str = "persona") -> pd.DataFrame:
    """Does theory of mind move more where the trait moves more? One row per `persona` or a `model`; descriptive only.

    Columns: moved (persona: size of its shift against the control over all tasks; model: SD of the score over
    personas), controllability (mean over what is pooled), rho (Spearman over the lines) and n; for personas also the
    shift with its sign and interval, and the interval of controllability where nothing was pooled. Concatenate the
    tables of several models for `over="model"`. With few lines rho says next to nothing; no test is made.
    """
    if over == "model":
        moved = variability(tom, by=("model",)).set_index("model")["sd"]
        parts = {name: controllability(part)["value"] for name, part in inventory.groupby("model", observed=True)}
        steered = pd.Series({name: part.astype(float).mean() for name, part in parts.items()})
        more = pd.DataFrame()
    else:
        more, taken = shifts(tom, by=("persona",)).set_index("persona"), controllability(inventory)
        moved = more["value"].astype(float).abs()
        steered = taken.groupby("persona")["value"].apply(lambda part: part.astype(float).mean())
        more = more[["value", "low", "high"]].astype(float).rename(columns={"value": "shift"})
        ends = taken.drop_duplicates("persona", keep=False).set_index("persona")[["low", "high"]].astype(float)
        more = more.join(ends.add_prefix("controllability_"))
    lines = pd.DataFrame({"moved": moved, "controllability": steered}).join(more).dropna(subset=["controllability"])
    rho = lines["moved"].corr(lines["controllability"], method="spearman") if len(lines) > 2 else None
    return lines.rename_axis(over).reset_index().assign(rho=rho, n=len(lines))
