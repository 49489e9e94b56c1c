"""McNemar's test: two conditions, the same units, a yes or no each. Exact by default, mid-p with `mid=True`.

The exact test keeps its guarantee and reproduces published ones, but rejects in 0.5 to 2.4 % of tables without effect
where 5 % are allowed, because few changed units have few distinct p-values; mid-p stays near 5 % from 20 units on
(Fagerland, Lydersen & Laake 2013). With fewer than five changed units neither can reach .05. Both stand in the details.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import optimize, stats

from analysis.stats.fits._fit import Fit

ASSUMPTION = "units are independent and each gives one pair; given a change, either direction is equally likely"


def mcnemar(gained: int, lost: int, level: float = 0.95, mid: bool = False) -> Fit:
    """`gained` units are yes only under the first condition, `lost` only under the second.

    Estimate: share of the changed units that gained, with the limits that belong to the test (Clopper-Pearson, or with
    `mid` those of mid-p); 1/2 is no effect. Details carry `p_exact` and `p_mid`. Refuses when no unit changed.
    """
    if gained != int(gained) or lost != int(lost) or gained < 0 or lost < 0:
        raise ValueError(f"mcnemar counts units: whole numbers of at least 0, not {gained} and {lost}")
    gained, lost = int(gained), int(lost)
    changed = gained + lost
    if changed == 0:
        return Fit("mcnemar", ASSUMPTION, reason="no unit changed between the conditions")
    p = {"p_exact": float(stats.binomtest(gained, changed).pvalue)}
    p["p_mid"] = p["p_exact"] - float(stats.binom.pmf(gained, changed, 0.5)) if gained != lost else 1.0
    half = 0.5 if mid else 0.0
    low, high = _limit(gained, changed, level, half), 1 - _limit(lost, changed, level, half)
    details = {"gained": float(gained), "lost": float(lost)} | ({"odds_ratio": gained / lost} if lost else {}) | p
    chosen, quantity = p["p_mid" if mid else "p_exact"], "share of changed units that gained"
    return Fit("mcnemar", ASSUMPTION, gained / changed, quantity, low, high, level, float(gained), None, chosen,
               changed, 2 * changed, details=details)  # fmt: skip


def _limit(yes: int, n: int, level: float, half: float) -> float:
    """Lower limit: the share at which `yes` or more, less `half` of `yes` itself, has probability (1 - level) / 2."""

    def beyond(share: float) -> float:
        return float(stats.binom.sf(yes - 1, n, share) - half * stats.binom.pmf(yes, n, share) - (1 - level) / 2)

    return 0.0 if beyond(0.0) >= 0 else float(optimize.brentq(beyond, 0.0, 1.0, xtol=1e-12))


def pairs(first: Any, second: Any, clusters: Any = None) -> tuple[int, int]:
    """(gained, lost) of two aligned 0/1 arrays, one entry a unit; pairs with an unscored side do not count.

    `clusters` names the unit of each pair: a unit with two pairs is an error, since the test would count it twice.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    good = np.isfinite(a) & np.isfinite(b)
    if not np.isin(np.concatenate([a[good], b[good]]), (0.0, 1.0)).all():
        raise ValueError("pairs needs 0, 1 or NaN: average repeats and take paired_t instead")
    if clusters is not None and len(set(np.asarray(clusters, dtype=object)[good])) < good.sum():
        raise ValueError("a unit gives more than one pair: take gee_logit by unit, or paired_t on unit means")
    return int((a[good] > b[good]).sum()), int((a[good] < b[good]).sum())
