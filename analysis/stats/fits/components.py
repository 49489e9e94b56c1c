"""Variance components of crossed random effects: where the variance lies, stimulus, family, wording or persona."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import linalg, optimize, sparse

from analysis.stats.fits._fit import Fit, columns

ASSUMPTION = "levels of every factor are draws from more of their kind, and effects add up"
FEWEST = 3
"""Levels below which a factor has no variance to speak of: it is fixed and described, not sampled."""
REST = "rest"


def components(values: Any, factors: Mapping[str, Any], fixed: Any = None) -> Fit:
    """Restricted maximum likelihood of value = fixed effects + one random effect a factor + rest.

    Factors may be crossed or nested (give nested levels names of their own). The equations are those of Henderson,
    whose size is the number of levels, not of rows.

    Parameters
    ----------
    values : array [rows], NaN unscored.
    factors : name -> labels [rows], e.g. {"stimulus": ..., "family": ..., "wording": ...}.
    fixed : array, mapping or frame [rows, k] of predictors held fixed; only an intercept by default.

    Returns
    -------
    Fit
        estimate : standard deviation of the largest component. table, ready to draw, the largest first: term, variance,
        sd (in units of the value), share (of the sum), levels, reason (a factor with fewer than three levels, or one
        level a row, is left out and named). details : intercept, deviance.

    Source: Bates et al. 2015, doi:10.18637/jss.v067.i01. Refused where nothing varies or no factor is left.

    Example
    -------
    >>> yields = [1545, 1440, 1440, 1520, 1540, 1555, 1490, 1560, 1595, 1550, 1605, 1510]
    >>> components(yields, {"batch": [*"aaaabbbbcccc"]}).table["term"].tolist()
    ['rest', 'batch']
    """
    y = np.asarray(values, dtype=float)
    named = {name: np.asarray(labels, dtype=object) for name, labels in factors.items()}
    design = pd.DataFrame({"intercept": np.ones(len(y))}) if fixed is None else columns(fixed)
    good = (
        np.isfinite(y) & design.notna().all(axis=1).to_numpy() & ~np.any([pd.isna(f) for f in named.values()], axis=0)
    )
    y, x = y[good], design.to_numpy()[good]
    codes = {name: pd.factorize(labels[good])[0] for name, labels in named.items()}
    absent = {name: reason for name, code in codes.items() if (reason := _unusable(code))}
    kept = {name: code for name, code in codes.items() if name not in absent}
    if not kept or not len(y) or np.ptp(y) == 0:
        reason = "; ".join(f"{name}: {why}" for name, why in absent.items()) or "nothing varies"
        return Fit("components", ASSUMPTION, rows=len(y), reason=reason)
    equations = _Equations(y, x, list(kept.values()))
    start = np.zeros(len(kept))
    best = optimize.minimize(equations.deviance, start, method="L-BFGS-B", bounds=[(-16.0, 10.0)] * len(kept),
                             options={"ftol": 1e-14, "gtol": 1e-8})  # fmt: skip
    variance = equations.solve(best.x)[1]
    table = _table(
        list(kept), [int(code.max()) + 1 for code in kept.values()], np.exp(best.x), variance, len(y), absent
    )
    details = {"intercept": float(equations.solve(best.x)[0][0]), "deviance": float(best.fun)}
    return Fit("components", ASSUMPTION, float(table["sd"].max()), f"SD of {table['term'].iloc[0]}",
               units=max(int(code.max()) + 1 for code in kept.values()), rows=len(y), table=table,
               details=details)  # fmt: skip


def _unusable(code: np.ndarray) -> str:
    levels = len(np.unique(code))
    if levels < FEWEST:
        return f"{levels} levels: described, not sampled"
    return "one row per level: no effect apart from the rest" if levels == len(code) else ""


def _table(names: list[str], levels: list[int], ratios: np.ndarray, variance: float, rows: int,
           absent: Mapping[str, str]) -> pd.DataFrame:  # fmt: skip
    parts = np.append(np.where(ratios > 2e-7, ratios, 0.0), 1.0) * variance
    table = pd.DataFrame({"term": [*names, REST], "variance": parts, "sd": np.sqrt(parts), "share": parts / parts.sum(),
                          "levels": [*levels, rows], "reason": ""})  # fmt: skip
    left_out = pd.DataFrame({"term": list(absent), "reason": list(absent.values())})
    table = table.sort_values("variance", ascending=False, kind="stable")
    return pd.concat([table, left_out], ignore_index=True) if len(left_out) else table.reset_index(drop=True)


class _Equations:
    """Henderson's mixed-model equations from cross-products taken once."""

    def __init__(self, y: np.ndarray, x: np.ndarray, codes: list[np.ndarray]) -> None:
        blocks = [sparse.csr_array((np.ones(len(y)), (np.arange(len(y)), code))) for code in codes]
        joined = sparse.hstack([sparse.csr_array(x), *blocks], format="csr")
        self.cross, self.right, self.square = (joined.T @ joined).toarray(), joined.T @ y, float(y @ y)
        self.k, self.n, self.sizes = x.shape[1], len(y), np.array([block.shape[1] for block in blocks])

    def solve(self, logs: np.ndarray) -> tuple[np.ndarray, float, float]:
        """Effects, residual variance and log determinant, for log ratios of each variance to the residual one."""
        penalty = np.concatenate([np.zeros(self.k), np.repeat(np.exp(-logs), self.sizes)])
        root = linalg.cho_factor(self.cross + np.diag(penalty), lower=True)
        effects = linalg.cho_solve(root, self.right)
        variance = (self.square - float(effects @ self.right)) / (self.n - self.k)
        return effects, max(variance, 1e-300), 2 * float(np.log(np.diag(root[0])).sum())

    def deviance(self, logs: np.ndarray) -> float:
        """-2 restricted log-likelihood, up to a constant."""
        _, variance, determinant = self.solve(logs)
        return float((self.n - self.k) * np.log(variance) + determinant + self.sizes @ logs)
