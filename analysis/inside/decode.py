"""Linear probes over layers: what can be read from an activation, beside what the same reader finds in nothing.

Every reader is a logistic regression on standardised features with an L2 penalty, trained on some stimuli and scored on
others. Two controls get the same reader: labels shuffled over rows, and random features of the same width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from analysis import estimate
from analysis.fits import max_t

PENALTY = 0.01
"""Inverse strength of the L2 penalty: strong, because there are more features than stimuli."""
FOLDS = 5
COLUMNS = ["site", "value", "low", "high", "control", "control_low", "control_high", "random", "selectivity", "p"]
LIMITS = (
    "What this does not show: that a linear reader finds it does not mean that the model uses it, nor that it lies in "
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


def reader(penalty: float = PENALTY) -> Any:
    """The linear reader, untrained."""
    regression = LogisticRegression(C=penalty, class_weight="balanced", max_iter=1000)
    return make_pipeline(StandardScaler(), regression)


def read_out(features: np.ndarray, labels: np.ndarray, groups: np.ndarray, folds: int = FOLDS) -> np.ndarray:
    """Whether each row `[row, width]` is read rightly (1 or 0) by a reader that never saw its group.

    NaN where the other groups hold one class only.
    """
    right = np.full(len(labels), np.nan)
    for train, test in GroupKFold(min(folds, len(np.unique(groups)))).split(features, labels, groups):
        if len(np.unique(labels[train])) == 2:
            right[test] = reader().fit(features[train], labels[train]).predict(features[test]) == labels[test]
    return right


def scan(layers: Iterable[tuple[str, np.ndarray]], labels: Any, units: Any, rng: np.random.Generator,
         groups: Any = None, shuffles: int = 3, random: int = 1) -> Scan:  # fmt: skip
    """Readers of binary `labels` [row] from every `(site, [row, width])`, one at a time in memory.

    units: the independent unit of every row.  groups: what a fold keeps together, the units by default; families for
    transfer to families never seen.  shuffles, random: repetitions of the two controls.

    Table: site, value (share right) with limits; control (labels shuffled) with limits; random (features drawn);
    selectivity (value minus control); p (of that, over units, adjusted for all sites by max-T).
    """
    truth, names = np.asarray(labels).astype(bool), np.asarray(units, dtype=object)
    apart = names if groups is None else np.asarray(groups, dtype=object)
    codes, known = pd.factorize(names)
    rights, controls, lines = [], [], []
    for site, features in layers:
        right = read_out(features, truth, apart)
        shuffled = _mean(read_out(features, rng.permutation(truth), apart) for _ in range(shuffles))
        drawn = _mean(read_out(rng.normal(size=features.shape), truth, apart) for _ in range(random))
        rights.append(_by_unit(right, codes))
        controls.append(_by_unit(shuffled, codes))
        lines.append(_line(site, right, shuffled, drawn, names))
    table = pd.DataFrame(lines, columns=COLUMNS)
    found = Scan(tuple(table["site"]), tuple(known), np.array(rights).T, np.array(controls).T, table)
    return _adjusted(found, rng) if len(table) else found


def _line(site: str, right: np.ndarray, shuffled: np.ndarray, drawn: np.ndarray, names: np.ndarray) -> dict[str, Any]:
    own, control = (estimate.proportion(values, names) for values in (right, shuffled))
    gap = None if own.value is None or control.value is None else own.value - control.value
    line = {"site": site, "value": own.value, "low": own.low, "high": own.high, "selectivity": gap}
    line |= {"control": control.value, "control_low": control.low, "control_high": control.high}
    return line | {"random": float(np.nanmean(drawn)) if np.isfinite(drawn).any() else None}


def _adjusted(found: Scan, rng: np.random.Generator) -> Scan:
    fit = max_t.max_t(found.right - found.control, rng, names=found.sites)
    p = fit.table["p"].to_numpy() if fit.table is not None else np.nan
    return Scan(found.sites, found.units, found.right, found.control, found.table.assign(p=p))


def _by_unit(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    return np.bincount(codes, values) / np.bincount(codes)


def _mean(repeats: Iterator[np.ndarray]) -> np.ndarray:
    return np.mean(list(repeats), axis=0)
