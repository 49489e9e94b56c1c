"""One figure for how far written turns lie from real ones: the energy distance of their features, without a classifier.

Székely & Rizzo 2013, doi:10.1016/j.jspi.2013.03.018: 2 E|X-Y| - E|X-X'| - E|Y-Y'| is 0 where X and Y are distributed
alike and above 0 where they are not. Over 2 E|X-Y| it reaches 1 where they have nothing in common: the energy
coefficient. Only turns of different contexts are compared: one that asks for long turns makes nobody alike, and small
samples are not biased upwards, so that a coefficient may fall a little below 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from analysis.stats import estimate
from analysis.user_turn.tables import main, turns
from analysis.user_turn.tables.likeness import FEATURES, features

_Turns = TypeVar("_Turns", pd.Series, pd.DataFrame)

DRAWS = 400
"""Splits of the real turns, and redraws of the contexts, behind the limits."""
MOST = 500
"""Turns a side that are compared; of more so many are drawn, since every one meets every other."""
HALVES, WRITTEN = "real turns, one half against the other", "written turns, mean over temperatures"
FEWEST = 4
"""Turns below which there are no two halves."""


def measured(texts: Iterable[str]) -> pd.DataFrame:
    """Features of every turn, lengths by their logarithm. One without a word has zeros: unlike a user's, but a turn."""
    table = pd.DataFrame([features(text) for text in texts], columns=list(FEATURES), dtype=float).fillna(0.0)
    return table.assign(words=np.log1p(table["words"]))


def coefficient(one: np.ndarray, other: np.ndarray, of_one: np.ndarray, of_other: np.ndarray) -> float | None:
    """Energy coefficient of two samples [turns, features]; `of_one`, `of_other` [turns] name their contexts.

    0 alike, 1 nothing in common; None where a side has no two contexts.
    """
    across, within = _apart(one, other, of_one, of_other), _apart(one, one, of_one, of_one)
    theirs = _apart(other, other, of_other, of_other)
    if not np.isfinite([across, within, theirs]).all():
        return None
    return 1 - (within + theirs) / (2 * across) if across > 0 else 0.0


def _apart(one: np.ndarray, other: np.ndarray, of_one: np.ndarray, of_other: np.ndarray) -> float:
    """Mean distance of turns of different contexts; nan where there are none."""
    counted = np.not_equal.outer(of_one, of_other)
    return float((cdist(one, other) * counted).sum() / counted.sum()) if counted.any() else float("nan")


def distances(table: pd.DataFrame, real: Mapping[str, str], rng: np.random.Generator) -> pd.DataFrame:
    """How far the written turns lie from `real` ones (context -> text): at each temperature, and their mean over
    temperatures; as yardsticks the halves of the real turns, the queries and the answers.

    Columns: turns, value, low, high, units, ... One scale for all lines: every feature has spread 1 over real and
    written turns together. Limits of the halves are quantiles over random splits, the others' by cluster bootstrap.
    """
    written = turns(main(table)).dropna(subset=["value"])
    asked, known = written.drop_duplicates("key"), _few(pd.Series(real, dtype=object), rng)
    parts = {f"... at temperature {level:g}": (part, "text") for level, part in written.groupby("temperature")}
    parts = {WRITTEN: (written, "text"), **parts, "for comparison: the queries": (asked, "query")}
    parts["for comparison: the answers"] = (asked, "answer")
    scale = pd.concat([measured(known), measured(written["text"])]).std(ddof=0)
    scale = scale.where(scale > 0, 1.0)
    reference = (measured(known) / scale).to_numpy()
    lines = [{"turns": HALVES, **_halves(reference, rng).record()}]
    for name, (every, column) in parts.items():
        rows = _few(every, rng)
        of, _ = pd.factorize(np.array([*rows["cluster"], *known.index], dtype=object))
        sides = [*pd.factorize(rows["temperature"])[0], *[-1] * len(known)]
        points = np.concatenate([(measured(rows[column]) / scale).to_numpy(), reference])
        lines.append({"turns": name, **_distance(points, np.array(sides), of, rng).record()})
    return pd.DataFrame(lines)


def _few(turns: _Turns, rng: np.random.Generator) -> _Turns:
    return turns if len(turns) <= MOST else turns.iloc[np.sort(rng.choice(len(turns), MOST, replace=False))]


def _distance(points: np.ndarray, sides: np.ndarray, of: np.ndarray, rng: np.random.Generator) -> estimate.Estimate:
    """Coefficient with limits, the mean over sides 0, 1, ... against side -1, the real turns; `of` are the contexts."""

    def drawn(rows: np.ndarray, side: np.ndarray) -> float:
        real = rows[side == -1]
        parts = [rows[side == one] for one in np.unique(side[side >= 0])]
        apart = [coefficient(points[part], points[real], of[part], of[real]) for part in parts]
        return float(np.mean(np.array(apart, dtype=float))) if apart else float("nan")

    return estimate.bootstrap(drawn, (np.arange(len(points)), sides), of, rng, draws=DRAWS)


def _halves(reference: np.ndarray, rng: np.random.Generator) -> estimate.Estimate:
    """The real turns against themselves: mean and middle 95 % over random splits in two."""
    many, method = len(reference), "random halves"
    if many < FEWEST:
        return estimate.Estimate(None, None, None, 0.95, many, many, many, many, method, reason="too few real turns")
    splits = [np.split(rng.permutation(many), [many // 2]) for _ in range(DRAWS)]
    drawn = np.array([coefficient(reference[a], reference[b], a, b) for a, b in splits], dtype=float)
    low, high = map(float, np.quantile(drawn, [0.025, 0.975]))
    return estimate.Estimate(float(np.mean(drawn)), low, high, 0.95, many, many, many, many, method)
