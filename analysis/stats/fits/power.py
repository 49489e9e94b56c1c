"""What could have been seen: minimum detectable differences of the designs used here, and units needed."""

from __future__ import annotations

import math

import numpy as np
from scipy import optimize, special, stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from analysis.stats.fits._fit import Fit

ASSUMPTION = "units are independent, and the spread assumed is the spread met"


def power(se: float, df: float, alpha: float = 0.05, target: float = 0.8, units: int = 0) -> Fit:
    """Smallest true difference that a two-sided t-test with this standard error finds with probability `target`."""
    if not (se > 0 and df >= 1):
        return Fit("power", ASSUMPTION, units=units, reason="needs a positive standard error and df of at least 1")
    critical = stats.t.ppf(1 - alpha / 2, df)
    shift = special.nctdtrinc(df, 1 - target, critical)  # noncentrality whose upper tail beyond it is the target
    details = {"se": se, "alpha": alpha, "power": target}
    return Fit(
        "power", ASSUMPTION, float(shift * se), "minimum detectable difference", df=df, units=units, details=details
    )


def detectable(low: float | None, high: float | None, df: float | None, level: float = 0.95,
               family: int = 1) -> float | None:  # fmt: skip
    """Minimum detectable difference (80 % power), from the width of an interval by t of this level.

    The verdict it belongs to is that of the interval, or, with `family`, of one of so many tests under Holm, the first
    of which must pass at (1 - level) / family. None where the interval has no width.
    """
    if low is None or high is None or not df or df < 1:
        return None
    return power((high - low) / 2 / float(stats.t.ppf((1 + level) / 2, df)), df, (1 - level) / family).estimate


def unit_sd(sd: float, rows: int = 1, icc: float = 0.0) -> float:
    """SD of a unit's mean over `rows` rows of SD `sd`, of whose variance the share `icc` lies between units."""
    if rows < 1 or not 0 <= icc <= 1:
        raise ValueError("rows must be at least 1 and icc in [0, 1]")
    return sd * math.sqrt(icc + (1 - icc) / rows)


def paired(units: int, sd_difference: float, alpha: float = 0.05, target: float = 0.8) -> Fit:
    """For `paired_t` on units whose differences have this SD."""
    return power(sd_difference / math.sqrt(max(units, 1)), units - 1, alpha, target, units)


def two_groups(units_a: int, units_b: int, sd: float, rows: int = 1, icc: float = 0.0, alpha: float = 0.05,
               target: float = 0.8) -> Fit:  # fmt: skip
    """For `welch` on clustered rows: `rows` a unit, intraclass correlation `icc`, row SD `sd`."""
    se = unit_sd(sd, rows, icc) * math.sqrt(1 / max(units_a, 1) + 1 / max(units_b, 1))
    return power(se, units_a + units_b - 2, alpha, target, units_a + units_b)


def one_proportion(units: int, null: float, alpha: float = 0.05, target: float = 0.8) -> Fit:
    """Smallest true share above `null` that a Wilson interval of independent yes-or-no units excludes it from.

    Exact binomial power over all outcomes. Details: share. Refuses when not even a share of 1 would be found.
    """
    if units < 1 or not 0 < null < 1:
        return Fit("power", ASSUMPTION, units=max(units, 0), reason="needs a unit and a null inside (0, 1)")
    z, counts = stats.norm.ppf(1 - alpha / 2), np.arange(units + 1)
    beyond = counts / units > null + z * math.sqrt(null * (1 - null) / units)  # the score test Wilson inverts
    if not beyond.any():
        return Fit("power", ASSUMPTION, units=units, reason="too few units: even a share of 1 would not be found")
    fewest = int(counts[beyond][0])
    share = optimize.brentq(lambda p: stats.binom.sf(fewest - 1, units, p) - target, null, 1.0)
    details = {"share": float(share), "alpha": alpha, "power": target}
    return Fit("power", ASSUMPTION, float(share - null), "minimum detectable difference", units=units, details=details)


def units_needed(share_a: float, share_b: float, alpha: float = 0.05, target: float = 0.8) -> int:
    """Independent yes-or-no units a side to tell two shares apart, unpaired (Cohen's h, normal)."""
    effect = proportion_effectsize(share_a, share_b)
    return math.ceil(NormalIndPower().solve_power(effect, alpha=alpha, power=target))
