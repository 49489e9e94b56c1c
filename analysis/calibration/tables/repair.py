"""Recalibration, always cross-fitted: the map applied to an answer's confidence never saw that answer's cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression, minimize, minimize_scalar
from scipy.special import expit, logit

from analysis.calibration.tables.score import score
from analysis.stats.metrics._bins import edges
from analysis.stats.metrics._rows import Floats

CLIP = 1e-6
LEAST = 10
"""Items below which nothing is repaired in a report."""
NAMES = {"ece": "ECE without noise", "brier": "Brier score", "log_score": "log score"}
Fit = Callable[[Floats, Floats], Callable[[Floats], Floats]]
"""(confidence, correct) of the other clusters to a map of confidences."""


def repair(table: pd.DataFrame, method: str, rng: np.random.Generator, folds: int = 5) -> pd.DataFrame:
    """The table with repaired `confidence`; the stated one is kept in `stated`, the fold in `fold`.

    Rows without confidence or outcome take no part and stay as they are. ValueError below two clusters.
    """
    if method not in METHODS:
        raise KeyError(f"no method {method!r}; there are {', '.join(METHODS)}")
    known = table[["confidence", "correct"]].notna().all(axis=1).to_numpy()
    fold = np.full(len(table), -1)
    fold[known] = split(table["cluster"].to_numpy()[known], folds, rng)
    p, y = table["confidence"].to_numpy(dtype=float), table["correct"].to_numpy(dtype=float)
    repaired = p.copy()
    for k in range(fold.max() + 1):
        fitted = METHODS[method](p[known & (fold != k)], y[known & (fold != k)])
        repaired[fold == k] = fitted(p[fold == k])
    return table.assign(stated=p, confidence=repaired, fold=fold)


def split(clusters: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """Fold of each row; a cluster is never parted, and folds hold equally many clusters up to one."""
    codes, names = pd.factorize(clusters)
    if len(names) < 2:
        raise ValueError(f"cross-fitting needs at least two clusters, got {len(names)}")
    return np.asarray((rng.permutation(len(names)) % min(folds, len(names)))[codes])


def _logits(p: Floats) -> Floats:
    return np.asarray(logit(np.clip(p, CLIP, 1 - CLIP)))


def _loss(z: Floats, y: Floats) -> float:
    return float(np.mean(np.logaddexp(0, z) - y * z))


def temperature(p: Floats, y: Floats) -> Callable[[Floats], Floats]:
    """Log-odds over one number, fitted by log score within 1/100 to 100 (Guo et al. 2017)."""
    z = _logits(p)
    scale = np.exp(minimize_scalar(lambda log: _loss(z * np.exp(log), y), bounds=(-4.6, 4.6), method="bounded").x)
    return lambda new: expit(scale * _logits(new))


def platt(p: Floats, y: Floats) -> Callable[[Floats], Floats]:
    """Logistic regression on log-odds with Platt's targets, which keep it finite under separation (Platt 1999)."""
    z, right = _logits(p), y.sum()
    target = np.where(y > 0.5, (right + 1) / (right + 2), 1 / (len(y) - right + 2))

    def slope(weights: Floats) -> Floats:
        rest = expit(weights[0] * z + weights[1]) - target
        return np.array([np.mean(rest * z), np.mean(rest)])

    fitted = minimize(lambda w: _loss(w[0] * z + w[1], target), np.array([1.0, 0.0]), jac=slope, method="BFGS").x
    return lambda new: expit(fitted[0] * _logits(new) + fitted[1])


def isotonic(p: Floats, y: Floats) -> Callable[[Floats], Floats]:
    """Best rising step function, interpolated between confidences (Zadrozny and Elkan 2002)."""
    levels, place, count = np.unique(p, return_inverse=True, return_counts=True)
    fitted = isotonic_regression(np.bincount(place, y) / count, weights=count).x
    return lambda new: np.interp(new, levels, fitted)


def histogram(p: Floats, y: Floats, bins: int = 10) -> Callable[[Floats], Floats]:
    """Share correct in each of ten bins of equal count (Zadrozny and Elkan 2001)."""
    inner = edges(p, np.ones(len(p)), bins, "mass")
    place = np.searchsorted(inner, p, side="left")
    count = np.bincount(place, minlength=len(inner) + 1)
    share = np.where(count > 0, np.bincount(place, y, len(inner) + 1) / np.maximum(count, 1), y.mean())
    return lambda new: share[np.searchsorted(inner, new, side="left")]


def benefit(table: pd.DataFrame, rng: np.random.Generator, metrics: Sequence[str] = tuple(NAMES)) -> pd.DataFrame:
    """A row per method, "as stated" first: what its repair leaves of each metric, with intervals as text.

    On answers the repair never saw; with few items repairs are noise themselves, and may do harm.
    """
    known = table.dropna(subset=["confidence", "correct"])
    if known["cluster"].nunique() < LEAST:
        return pd.DataFrame({"repair": ["as stated"], "items": [known["cluster"].nunique()]})
    lines = []
    for method in (None, *METHODS):
        card = score(repair(known, method, rng) if method else known, rng=rng, metrics=metrics).set_index("metric")
        value = card["corrected"].where(card["low"].notna(), card["value"])
        texts = [f"{a:.3f}" + (f" ({b:.3f} to {c:.3f})" if b == b else "")
                 for a, b, c in zip(value, card["low"], card["high"], strict=True)]  # fmt: skip
        named = (NAMES.get(name, name) for name in metrics)
        lines.append({"repair": method or "as stated", **dict(zip(named, texts, strict=True))})
    return pd.DataFrame(lines)


METHODS: dict[str, Fit] = {fit.__name__: fit for fit in (temperature, platt, isotonic, histogram)}
