"""Linear probes over layers: what can be read from an activation, beside what the same reader finds in nothing.

Every reader is a ridge classifier on standardised features, trained on some stimuli and scored on others. Two controls
get the same reader: labels shuffled over rows, and random features of the same width.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold

from analysis.stats import estimate

PENALTY = 400.0
"""L2 penalty on weights of standardised features: strong, because there are more features than stimuli. It is what a
logistic regression with inverse strength .01 amounts to, whose curvature at even odds is 1/4."""
FOLDS = 5
COLUMNS = ["site", "value", "low", "high", "control", "control_low", "control_high", "random", "selectivity", "p"]
LIMITS = (
    "What this does not show: that a linear probe finds it does not mean that the model uses it, nor that it lies in "
    "one direction only. Layers are compared under one error rate (permutation max-T over all of them)."
)


@dataclass(frozen=True)
class Scan:
    """Readers over sites. `right` and `control`: share of right readings `[unit, site]`, labels real and shuffled."""

    sites: tuple[str, ...]
    units: tuple[Any, ...]
    right: np.ndarray
    control: np.ndarray
    table: pd.DataFrame

    def chosen(self) -> tuple[str, estimate.Estimate]:
        """(the site that reads best on every other unit, its share right on the units left over).

        So the layer is not chosen by the numbers it is reported with.
        """
        best = int(self.right[::2].mean(axis=0).argmax())
        return self.sites[best], estimate.proportion(self.right[1::2, best])


def read_out(features: np.ndarray, labels: np.ndarray, groups: np.ndarray, folds: int = FOLDS) -> np.ndarray:
    """Whether each row `[row, width]` is read rightly (1 or 0) by a reader that never saw its group.

    labels: [row], or [row, k] for k labellings of the same rows, each read by readers of its own; returns that shape.
    NaN where the other groups hold one class only.
    """
    truth = np.asarray(labels, dtype=float).reshape(len(features), -1)
    right = np.full(truth.shape, np.nan)
    for train, test in GroupKFold(min(folds, len(np.unique(groups)))).split(features, groups=groups):
        share = truth[train].mean(axis=0)
        decoded = _weights(features[train], features[test]) @ (truth[train] - share) > 0
        right[test] = np.where((share > 0) & (share < 1), decoded == truth[test], np.nan)
    return right.reshape(np.shape(labels))


def _weights(train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """What each training label adds to each reading [test, train]: a ridge reader is linear in its labels."""
    mean, spread = train.mean(axis=0), train.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    seen, new = (train - mean) / scale, (test - mean) / scale
    return np.linalg.solve(seen @ seen.T + PENALTY * np.eye(len(seen)), seen @ new.T).T


def scan(layers: Iterable[tuple[str, np.ndarray]], labels: Any, units: Any, rng: np.random.Generator,
         groups: Any = None, shuffles: int = 999, random: int = 1) -> Scan:  # fmt: skip
    """Readers of binary `labels` [row] from every `(site, [row, width])`, one at a time in memory.

    units: the independent unit of every row.  groups: what a fold keeps together, the units by default; families for
    transfer to families never seen.  shuffles, random: repetitions of the two controls.

    Table: site, value (share right) with limits; control (labels shuffled) with limits; random (features drawn);
    selectivity (value minus control); p, one-sided, from readers trained anew on the shuffled labels, adjusted for all
    sites by max-T. Rows read by one reader are right together, so that p cannot come from the rows or units read.
    """
    truth, names = np.asarray(labels).astype(bool), np.asarray(units, dtype=object)
    apart = names if groups is None else np.asarray(groups, dtype=object)
    codes, known = pd.factorize(names)
    labellings = np.column_stack([truth, shuffled(truth, codes, rng, shuffles)])
    rights, controls, shares, lines = [], [], [], []
    for site, features in layers:
        read = read_out(features, labellings, apart)
        right, control = read[:, 0], read[:, 1:].mean(axis=1)
        drawn = [read_out(rng.normal(size=features.shape), truth, apart) for _ in range(random)]
        rights.append(_by_unit(right, codes))
        controls.append(_by_unit(control, codes))
        shares.append(read.mean(axis=0))
        lines.append(_line(site, right, control, np.mean(drawn, axis=0), names))
    table = pd.DataFrame(lines, columns=COLUMNS)
    table["p"] = _adjusted(np.array(shares)) if lines else []
    return Scan(tuple(table["site"]), tuple(known), np.array(rights).T, np.array(controls).T, table)


def shuffled(truth: np.ndarray, codes: np.ndarray, rng: np.random.Generator, draws: int) -> np.ndarray:
    """Labels [row, draws] that could as well have been: shuffled within units, or between units that have one label."""
    counts = np.bincount(codes)
    held = np.bincount(codes, truth)
    if ((held == 0) | (held == counts)).all():
        first = truth[np.unique(codes, return_index=True)[1]]
        return np.column_stack([rng.permutation(first)[codes] for _ in range(draws)])
    drawn = np.empty((len(truth), draws), bool)
    order = np.argsort(codes, kind="stable")
    for at in range(draws):
        drawn[order, at] = truth[np.lexsort((rng.random(len(truth)), codes))]
    return drawn


def _line(site: str, right: np.ndarray, shuffled: np.ndarray, drawn: np.ndarray, names: np.ndarray) -> dict[str, Any]:
    own, control = (estimate.proportion(values, names) for values in (right, shuffled))
    gap = None if own.value is None or control.value is None else own.value - control.value
    line = {"site": site, "value": own.value, "low": own.low, "high": own.high, "selectivity": gap}
    line |= {"control": control.value, "control_low": control.low, "control_high": control.high}
    return line | {"random": float(np.nanmean(drawn)) if np.isfinite(drawn).any() else None}


def _adjusted(shares: np.ndarray) -> np.ndarray:
    """p of each site from shares right [site, 1 + shuffles], the true labelling first (Westfall & Young 1993)."""
    known = np.isfinite(shares[:, :1])[:, 0]
    scale = shares.std(axis=1, keepdims=True)
    turned = (shares - shares.mean(axis=1, keepdims=True)) / np.where(scale > 0, scale, 1.0)
    if not known.any():
        return np.full(len(shares), np.nan)
    largest = np.nanmax(turned[known], axis=0)
    return np.where(known, (largest >= turned[:, :1] - 1e-9).mean(axis=1), np.nan)


def _by_unit(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    return np.bincount(codes, values) / np.bincount(codes)
