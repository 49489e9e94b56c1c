"""Independent units: rows become unit means, and intervals follow from the spread between units, never between rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

FEW = 300
"""Below this many units a proportion takes a Wilson interval (Bowyer et al. 2025: normal intervals are too narrow)."""
NOTHING = "nothing could be scored"
UNNAMED = "a scored row has no cluster: every row must name its independent unit"
CONSTANT = "every unit gave the same value: no interval"


@dataclass(frozen=True)
class Estimate:
    """A value with its interval; `value` is None when not estimable, `low`/`high` when no interval is, see `reason`.

    `units` independent units with a score, `rows` rows given, `scored` rows with a value, `asked` rows that should
    have been there, `spread` largest minus smallest arm mean.
    """

    value: float | None
    low: float | None
    high: float | None
    level: float
    units: int
    rows: int
    scored: int
    asked: int
    method: str
    spread: float | None = None
    reason: str = ""

    @property
    def estimable(self) -> bool:
        """Whether there is a value at all."""
        return self.value is not None

    def record(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class Units:
    """Unit means [units], their labels, and the counts behind them."""

    means: np.ndarray
    labels: np.ndarray
    binary: bool
    single: bool
    rows: int
    scored: int
    asked: int
    spread: float | None
    sizes: np.ndarray

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.means)

    @property
    def value(self) -> float:
        """Mean over units."""
        return float(self.means.mean())

    @property
    def variance(self) -> float:
        """Of the mean; nan below two units."""
        return float(self.means.var(ddof=1) / self.n) if self.n > 1 else np.nan

    @property
    def degenerate(self) -> bool:
        """Whether all units gave the same value: their spread then says nothing about how sure the mean is."""
        return self.n > 0 and float(np.ptp(self.means)) < 1e-12

    @property
    def independent(self) -> float:
        """Rows that would tell as much about the mean of unit means, were they independent: below `scored` if uneven.

        Rows of variance v give that mean the variance v / n^2 * sum(1 / rows of the unit).
        """
        return float(self.n**2 / (1 / self.sizes).sum())

    def counts(self) -> dict[str, Any]:
        """The denominators, as `Estimate` takes them."""
        return {"units": self.n, "rows": self.rows, "scored": self.scored, "asked": self.asked, "spread": self.spread}

    def bare(self, level: float, method: str, reason: str = "") -> Estimate:
        """The mean over units without an interval."""
        return Estimate(self.value, None, None, level, method=method, reason=reason, **self.counts())


def _group_means(values: np.ndarray, keys: np.ndarray | pd.Series) -> tuple[np.ndarray, np.ndarray]:
    codes, labels = pd.factorize(keys)
    if (codes < 0).any():
        raise ValueError(UNNAMED)
    return np.bincount(codes, values) / np.bincount(codes), np.asarray(labels)


def named(clusters: Any, rows: int) -> np.ndarray:
    """Name of the independent unit of each row, by default its number. ValueError where there are more or fewer."""
    names = np.arange(rows) if clusters is None else np.asarray(clusters, dtype=object).ravel()
    if len(names) != rows:
        raise ValueError(f"{rows} rows and {len(names)} clusters: every row must name its independent unit")
    return names


def gather(values: Any, clusters: Any = None, asked: int | None = None, arms: Any = None) -> Units:
    """Rows to units: NaN rows are unscored; arms are averaged within the unit first, `spread` is their range."""
    numbers = np.asarray(values, dtype=float).ravel()
    units = named(clusters, len(numbers))
    scored = np.isfinite(numbers)
    kept, units = numbers[scored], units[scored]
    spread, means, labels, sizes = None, kept, units, np.ones(len(kept))
    if arms is not None and len(kept):
        kinds = np.asarray(arms, dtype=object)[scored]
        pairs, cells = _group_means(kept, pd.MultiIndex.from_arrays([units, kinds]))  # type: ignore[arg-type]
        levels, _ = _group_means(pairs, np.array([arm for _, arm in cells], dtype=object))
        spread = float(levels.max() - levels.min())
        means, labels = _group_means(pairs, np.array([unit for unit, _ in cells], dtype=object))
    elif len(kept):
        means, labels = _group_means(kept, units)
    if len(means) < len(kept):
        sizes = np.bincount(pd.factorize(units)[0]).astype(float)
    binary, single = bool(np.isin(kept, (0.0, 1.0)).all()), len(kept) == len(means)
    total = len(numbers) if asked is None else max(asked, len(numbers))
    return Units(means, labels, binary, single, len(numbers), len(kept), total, spread, sizes)


def refused(units: Units, level: float, method: str, reason: str = NOTHING) -> Estimate:
    """No value, with the reason and all counts."""
    return Estimate(None, None, None, level, method=method, reason=reason, **units.counts())


def quantile(level: float, df: float = np.inf) -> float:
    """Two-sided Student quantile; normal by default."""
    return float(stats.t.ppf((1 + level) / 2, df))


def wilson(p: float, n: float, q: float) -> tuple[float, float]:
    """Wilson 1927; n may be an effective sample size and q a t quantile (Dean & Pagano 2015)."""
    centre, half = p + q * q / (2 * n), q * np.sqrt(p * (1 - p) / n + q * q / (4 * n * n))
    low, high = (centre - half) / (1 + q * q / n), (centre + half) / (1 + q * q / n)
    return (0.0 if p == 0 else max(0.0, float(low))), (1.0 if p == 1 else min(1.0, float(high)))


def proportion_limits(units: Units, level: float) -> tuple[float, float, str]:
    """Interval of a proportion and the name of its method."""
    p, variance = units.value, units.variance
    if units.n >= FEW and min(p, 1 - p) * units.n >= 10 and variance > 0:
        half = float(quantile(level, units.n - 1) * np.sqrt(variance))
        return max(0.0, p - half), min(1.0, p + half), "cluster t"
    if units.binary and units.single:
        return *wilson(p, units.n, quantile(level)), "Wilson"
    effective = p * (1 - p) / variance if variance > 0 else units.n
    if units.binary:  # repeats of a yes-or-no cannot tell more than as many independent ones
        effective = min(effective, units.independent)
    q = quantile(level, units.n - 1) if units.n > 1 else quantile(level)
    return *wilson(p, effective, q), "Wilson, effective n of units"


def student(value: float, variance: float, df: float, level: float, counts: dict[str, Any],
            method: str = "cluster t", within: bool = False) -> Estimate:  # fmt: skip
    """value +- t * sqrt(variance), `within` [-1, 1] if asked; without variation there is a value but no interval."""
    if not variance > 1e-24 * max(1.0, value * value):
        reason = CONSTANT if counts["units"] > 1 else "one independent unit: no interval"
        return Estimate(value, None, None, level, method=method, reason=reason, **counts)
    half = float(quantile(level, df) * np.sqrt(variance))
    low, high = value - half, value + half
    if within:
        low, high = max(-1.0, low), min(1.0, high)
    return Estimate(value, low, high, level, method=method, **counts)
