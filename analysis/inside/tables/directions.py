"""Directions in activation space: what separates two conditions, how stable it is, and how directions lie to another.

Features are `[row, width]`, labels binary `[row]`; a direction is `[width]` and points from False to True, in the units
of the activations, so that adding a mean difference moves the mean of one class onto that of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from analysis.stats.fits._units import Estimate

Direction = Callable[[np.ndarray, np.ndarray], np.ndarray]


def mean_difference(features: Any, labels: Any) -> np.ndarray:
    """Mean of the true rows minus mean of the false ones. ValueError if one class is empty."""
    rows, truth = _given(features, labels)
    return rows[truth].mean(axis=0) - rows[~truth].mean(axis=0)


def paired(features: Any, labels: Any, pairs: Any) -> np.ndarray:
    """Mean over pairs of (true minus false), each pair weighing the same; pairs that lack a class are left out."""
    rows, truth = _given(features, labels)
    names = np.asarray(pairs, dtype=object)
    gaps = [
        rows[(names == name) & truth].mean(axis=0) - rows[(names == name) & ~truth].mean(axis=0)
        for name in pd.unique(names)
        if truth[names == name].any() and not truth[names == name].all()
    ]
    if not gaps:
        raise ValueError("no pair has both classes")
    return np.mean(gaps, axis=0)


def by_probe(features: Any, labels: Any, penalty: float = 0.01) -> np.ndarray:
    """Weights of a logistic regression on standardised features, brought back to activations and scaled so that one
    direction covers the distance between the class means along it."""
    rows, truth = _given(features, labels)
    scaler = StandardScaler().fit(rows)
    fitted = LogisticRegression(C=penalty, class_weight="balanced", max_iter=1000).fit(scaler.transform(rows), truth)
    weights = fitted.coef_[0] / scaler.scale_
    unit = weights / np.linalg.norm(weights)
    return unit * float(unit @ mean_difference(rows, truth))


def alike(directions: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The directions, all as long as the first, so that a push along each is of the same size."""
    length = float(np.linalg.norm(next(iter(directions.values()))))
    vectors = {name: np.asarray(vector, dtype=float) for name, vector in directions.items()}
    return {name: vector * length / np.linalg.norm(vector) for name, vector in vectors.items()}


def summary(features: Any, labels: Mapping[str, Any], units: Mapping[str, Any],
            rng: np.random.Generator) -> pd.DataFrame:  # fmt: skip
    """Mean differences of one site: norm, share of the mean length of an activation, and stability.

    labels: direction -> binary rows.  units: name -> unit of every row (words, families, paraphrases, seeds).
    One row per direction and kind of unit: direction, norm, share, halves of, value (mean cosine), low, high.
    """
    length = float(np.linalg.norm(np.asarray(features, dtype=float), axis=1).mean())
    lines = []
    for name, truth in labels.items():
        norm = float(np.linalg.norm(mean_difference(features, truth)))
        for over, unit in units.items():
            stable = stability(features, truth, unit, rng)
            limits = {"value": stable.value, "low": stable.low, "high": stable.high}
            lines.append({"direction": name, "norm": norm, "share": norm / length, "halves of": over, **limits})
    return pd.DataFrame(lines)


def cosine(a: Any, b: Any) -> float:
    """Cosine of the angle; NaN where a direction is nothing."""
    one, two = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    size = np.linalg.norm(one) * np.linalg.norm(two)
    return float(one @ two / size) if size > 0 else float("nan")


def stability(features: Any, labels: Any, units: Any, rng: np.random.Generator, splits: int = 100,
              level: float = 0.95, direction: Direction = mean_difference) -> Estimate:  # fmt: skip
    """Cosine between the directions of two halves of the units, over random halves: mean and quantiles.

    The interval is the spread over splits. Units may be stimuli, paraphrases, wordings or seeds.
    """
    rows, truth = _given(features, labels)
    names = np.asarray(units, dtype=object)
    known = pd.unique(names)
    cosines = []
    for _ in range(splits if len(known) > 3 else 0):
        half = np.isin(names, rng.permutation(known)[: len(known) // 2])
        if all(len(np.unique(truth[side])) == 2 for side in (half, ~half)):
            cosines.append(cosine(direction(rows[half], truth[half]), direction(rows[~half], truth[~half])))
    counts, method = (len(known), len(rows), len(rows), len(rows)), "quantiles over split halves"
    if not cosines:
        return Estimate(None, None, None, level, *counts, method, reason="fewer than four units with both classes")
    low, high = np.quantile(cosines, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(np.mean(cosines)), float(low), float(high), level, *counts, method)


def chance(features: Any, labels: Any, rng: np.random.Generator, draws: int = 100, level: float = 0.95) -> float:
    """Size of the cosine that two mean differences of shuffled labels stay below in `level` of all draws.

    Activations crowd into few dimensions, so this lies above the cosine of directions drawn in all of them.
    """
    rows, truth = _given(features, labels)
    drawn = [mean_difference(rows, rng.permutation(truth)) for _ in range(2 * draws)]
    return float(np.quantile([abs(cosine(a, b)) for a, b in zip(drawn[::2], drawn[1::2], strict=True)], level))


def atlas(directions: Mapping[str, Any], null: float | None = None) -> pd.DataFrame:
    """Cosines of all pairs, one row per pair (each both ways, and with itself): first, second, cosine, beyond.

    null : size below which a cosine is no more than chance (`chance`); by default that of two directions drawn at
        random in the full space, 1.96 / sqrt(width).
    """
    lines = [
        {"first": a, "second": b, "cosine": cosine(one, two), "null": null or 1.96 / np.sqrt(len(np.ravel(one)))}
        for a, one in directions.items()
        for b, two in directions.items()
    ]
    table = pd.DataFrame(lines, columns=["first", "second", "cosine", "null"])
    return table.assign(beyond=(table["cosine"].abs() > table["null"]) & (table["first"] != table["second"]))


def _given(features: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    rows, truth = np.asarray(features, dtype=float), np.asarray(labels).astype(bool)
    if rows.ndim != 2 or len(rows) != len(truth):
        raise ValueError(f"features {rows.shape} and labels {truth.shape} do not belong together")
    if truth.all() or not truth.any():
        raise ValueError("a direction needs rows of both classes")
    return rows, truth
