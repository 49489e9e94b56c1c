"""The fits of the released notebook of Salvi et al. 2025 on the released debates, beside what it printed.

What it fits that needs other files, or judges of the texts, is not repeated.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.persuasion.tables.released import AFTER, BEFORE, TREATMENTS
from analysis.report import reference
from analysis.stats.fits._fit import Fit
from analysis.stats.fits.partial_odds import odds_ratio, partial_odds

CONTRASTS = np.array([[-4, 1, 1, 1, 1], [-3, -3, 2, 2, 2], [-2, -2, -2, 3, 3], [-1, -1, -1, -1, 4]]).T / 5
"""Each level of agreement before over the one below it [levels, contrasts]."""
PRINTED = 1e-3
"""A refit further than this from a printed figure does not repeat it."""


def fit(rows: pd.DataFrame, clusters: bool = False) -> Fit:
    """Odds of a higher agreement after, treatments proportional, agreement before with an effect on each threshold.

    clusters: debates as units, since both sides of a debate between people are rows; otherwise rows, as published.
    """
    arms = {name: rows["treatmentType"].eq(kind).astype(float) for kind, name in list(TREATMENTS.items())[1:]}
    return _fit(rows, pd.DataFrame(arms), clusters)


def preregistered(rows: pd.DataFrame) -> Fit:
    """Without personalised people: every treatment in every third of topics over people on topics of low strength."""
    rows = rows[rows["treatmentType"] != "Human-Human, personalized"]
    cells = [(kind, third) for kind in TREATMENTS if kind != "Human-Human, personalized" for third in (1, 2, 3)][1:]
    arms = {f"{TREATMENTS[kind]}_{third}": ((rows["treatmentType"] == kind) & (rows["strength"] == third)).astype(float)
            for kind, third in cells}  # fmt: skip
    return _fit(rows, pd.DataFrame(arms), False)


def _fit(rows: pd.DataFrame, arms: pd.DataFrame, clusters: bool) -> Fit:
    before = pd.DataFrame(CONTRASTS[rows[BEFORE].to_numpy(dtype=int) - 1], columns=[f"pre{n}" for n in range(1, 5)])
    return partial_odds(
        rows[AFTER].to_numpy(dtype=float), arms, before, rows["debateID"].to_numpy() if clusters else None
    )


def found(rows: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Figure -> (value, standard error), under the names of the published ones; NaN where there is none."""
    main, planned = fit(rows), preregistered(rows)
    figures = {**_terms(main, ""), **_terms(planned, "preregistered_"), **_linear(rows)}
    for third in (1, 2, 3):
        figures[f"strength_{third}"] = _terms(fit(rows[rows["strength"] == third]), "").get(
            "ai_personal", (np.nan, np.nan)
        )
    return figures


def _terms(fitted: Fit, prefix: str) -> dict[str, tuple[float, float]]:
    if fitted.table is None:
        return {}
    names = fitted.table["term"].replace(
        {r"threshold nominal\[(\w+)\] (\d)\|\d": r"\1_\2", r"threshold (\d)\|\d": r"cut_\1"}, regex=True
    )
    terms = dict(zip(prefix + names, zip(fitted.table["estimate"], fitted.table["se"], strict=True), strict=True))
    return terms | {f"{prefix}{name}": (fitted.details[name], np.nan) for name in ("loglik", "aic")}


def _linear(rows: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Change in points by treatment, with one variance for all: means and their differences."""
    arms = rows["change"].groupby(rows["treatmentType"])
    means, sizes = arms.mean(), arms.size()
    left = float(((rows["change"] - arms.transform("mean")) ** 2).sum())
    spread = np.sqrt(left / (len(rows) - len(means)))
    base, top = "Human-Human", "Human-AI, personalized"
    r2 = 1 - left / float(((rows["change"] - rows["change"].mean()) ** 2).sum())
    return {"linear_intercept": (float(means[base]), float(spread / np.sqrt(sizes[base]))), "linear_r2": (r2, np.nan),
            "linear_ai_personal": (float(means[top] - means[base]),
                                   float(spread * np.sqrt(1 / sizes[base] + 1 / sizes[top])))}  # fmt: skip


def side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """Published figures and the same from the file: what, published, found, their errors, and whether they agree."""
    known, ours = reference.table().loc["salvi2025"], found(rows)
    lines: list[dict[str, Any]] = []
    for name in [name for name in known.index if name in ours]:
        value, error = ours[name]
        printed = float(known.loc[name, "published"])
        lines.append({"figure": name, "what": known.loc[name, "what"], "published": printed, "found": value,
                      "se published": known.loc[name, "se"], "se found": error,
                      "repeated": bool(abs(value - printed) <= _tolerance(printed))})  # fmt: skip
    return pd.DataFrame(lines)


def _tolerance(printed: float) -> float:
    """Half of the last digit where only two decimals were printed, as of a log-likelihood."""
    return PRINTED if abs(printed) < 100 else 0.0051


def ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Odds ratio of each treatment over people without profiles: rows as units, as published, and debates as units."""
    lines = []
    for clusters in (False, True):
        fitted = fit(rows, clusters)
        terms = pd.DataFrame() if fitted.table is None else fitted.table.set_index("term")
        for kind, name in list(TREATMENTS.items())[1:]:
            if name in terms.index:
                ratio = odds_ratio(*terms.loc[name, ["estimate", "se"]].astype(float))
                lines.append({"treatment": kind, "units": "debates" if clusters else "rows"} | ratio)
    return pd.DataFrame(lines)
