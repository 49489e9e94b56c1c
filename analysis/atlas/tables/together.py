"""Do abilities go together? Rank correlations across axes, over items and over models, with the number that counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.atlas.tables.survey import AXES, NOBODY, Survey
from analysis.stats.fits import holm, spearman
from analysis.stats.fits._fit import Fit

SHARED = 10
"""Units two axes must share before their correlation over items is looked at."""
COLUMNS = ["over", "model", "a", "b", "n", "value", "low", "high", "smallest", "p", "adjusted", "survives", "why"]


def together(surveyed: Survey) -> pd.DataFrame:
    """One row per correlation: over (`models` or `items`), model, a, b, n, value, low, high, smallest (|rho| that n
    units could tell from chance), p, adjusted (Holm within `over`), survives, why (there is none).

    Over models: two axes, a model's mean each, without a persona; n is the number of models. Over items: two axes of
    different probes that share units, within one model; or one axis between two models. What failed a gate stays out.
    """
    plain = surveyed.rows[surveyed.rows["persona"] == NOBODY]
    named = zip(plain["measure"], plain["model"], strict=True)
    read = plain[np.array([not surveyed.gates[axis, model] for axis, model in named], dtype=bool)]
    units = read.groupby(["measure", "model", "cluster"], sort=False)["value"].mean().dropna()
    lines = [_line(*one) for one in [*_models(units), *_items(units)]]
    table = pd.DataFrame(lines, columns=[name for name in COLUMNS if name not in ("adjusted", "survives")])
    table = table.assign(adjusted=float("nan"), survives=False)
    for _, part in table.groupby("over"):
        p_values = {str(at): None if pd.isna(p) else float(p) for at, p in part["p"].items()}
        done = holm.holm(p_values, list(p_values))
        table.loc[part.index, "adjusted"] = done["adjusted"].to_numpy()
        table.loc[part.index, "survives"] = done["rejected"].to_numpy()
    return table[COLUMNS]


def _line(over: str, model: str, a: str, b: str, fit: Fit) -> dict[str, object]:
    return {"over": over, "model": model, "a": a, "b": b, "n": fit.units, "value": fit.estimate, "low": fit.low,
            "high": fit.high, "smallest": fit.details.get("smallest"), "p": fit.p, "why": fit.reason}  # fmt: skip


def _models(units: pd.Series[float]) -> Iterator[tuple[str, str, str, str, Fit]]:
    means = units.groupby(["measure", "model"], sort=False).mean().unstack("model") if len(units) else pd.DataFrame()
    for a, b in combinations([axis for axis in AXES if axis in means.index], 2):
        if AXES[a]["probe"] != AXES[b]["probe"]:
            both = means.loc[[a, b]].dropna(axis=1)
            yield "models", "", a, b, spearman.spearman(both.loc[a], both.loc[b])


def _items(units: pd.Series[float]) -> Iterator[tuple[str, str, str, str, Fit]]:
    seen = {key: part.droplevel([0, 1]) for key, part in units.groupby(["measure", "model"], sort=False)}
    for first, second in combinations(seen, 2):
        (a, one), (b, other) = map(str, first), map(str, second)
        across = one == other and AXES[a]["probe"] != AXES[b]["probe"]
        if across or (a == b and one != other):
            both = pd.concat([seen[a, one], seen[b, other]], axis=1, join="inner")
            if len(both) >= SHARED:
                fit = spearman.spearman(both.iloc[:, 0], both.iloc[:, 1])
                names = (one, a, b) if across else (a, one, other)
                yield "items", *names, fit
