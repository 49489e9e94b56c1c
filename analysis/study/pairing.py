"""Differences of claims by unit: a delete-group jackknife over the units of both runs, or the values of the units."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from analysis.report.claims import Claim
from analysis.stats import estimate
from analysis.stats.fits._units import CONSTANT, Estimate, quantile
from analysis.study.pairable import SHARED
from analysis.study.side import Side

GROUPS = 20
"""Groups of units left out in turn: t on 19 degrees of freedom is 7 % wider than the normal quantile."""
METHOD = "paired by unit, delete-group jackknife"
EXACT = "paired by unit, exact limits of gains and losses"
COUNTED = "Wilson"
"""Method of a proportion of yes-or-no answers, one a unit."""
ITEMS = "paired by the published values of units, t"
APART = "from the two intervals, as if independent"
UNPAIRED = "not paired: "
STILL = "every unit changed by the same amount"


def groups(first: Side, other: Side, probes: Iterable[str]) -> tuple[dict[str, set[str]], list[dict[str, set[str]]]]:
    """(units that only one side has, by probe; GROUPS parts of the shared ones, each by probe)."""
    alone: dict[str, set[str]] = {}
    parts: list[dict[str, set[str]]] = [{} for _ in range(GROUPS)]
    rng = np.random.default_rng(0)
    for probe in probes:
        a, b = first.units(probe), other.units(probe)
        alone[probe] = set(a ^ b)
        for place, unit in enumerate(rng.permutation(sorted(a & b))):
            parts[place % GROUPS].setdefault(probe, set()).add(str(unit))
    return alone, [part for part in parts if part]


def replicates(side: Side, alone: Mapping[str, set[str]], parts: list[dict[str, set[str]]]) -> list[dict[str, Claim]]:
    """Claims on all shared units, then without each part of them."""
    without = [{name: alone[name] | part.get(name, set()) for name in alone} for part in ({}, *parts)]
    return [side.claims(dropped) for dropped in without]


def difference(first: list[Claim | None], other: list[Claim | None], same: bool = False,
               share: bool = True) -> Estimate:  # fmt: skip
    """Other minus first, from the claim on all shared units and then without each group of them.

    `same`: every row of both runs is the same, so that the difference is 0 and nothing is uncertain about it.
    `share`: whether the values lie in [0, 1].

    The interval is t with as many degrees of freedom as the fewer of groups and units allow. For yes-or-no answers, one
    a unit, the exact limits of the shares that gained and lost a yes are combined, since few changes are no proof that
    there are none; so they are for any share of which no unit changed. Where other values show no spread, the two
    intervals are combined as if independent (Zou & Donner 2008).
    """
    a, b = (side[0].estimate if side[0] else None for side in (first, other))
    if a is None or b is None or a.value is None or b.value is None:
        why = "one side has no such claim" if a is None or b is None else (a.reason or b.reason)
        return _bare(a or b, None, why)
    value = b.value - a.value
    if reason := next((e.reason for e in (a, b) if e.low is None and e.reason and e.reason != CONSTANT), ""):
        return _bare(a, value, reason)
    if same:
        return identical(a, b)
    gaps = [two.estimate.value - one.estimate.value for one, two in zip(first[1:], other[1:], strict=True)
            if one and two and one.estimate.value is not None and two.estimate.value is not None]  # fmt: skip
    if len(gaps) < max(2, len(first) - 1):
        return _bare(a, value, "a part of the units alone makes it estimable: not paired")
    spread = math.sqrt((len(gaps) - 1) / len(gaps) * float(((np.array(gaps) - np.mean(gaps)) ** 2).sum()))
    units, df = min(a.units, b.units), min(len(gaps), a.units, b.units) - 1
    still = spread <= 1e-12 and abs(value) <= 1e-12
    if {a.method, b.method} == {COUNTED} or (share and still):
        return _limited(a, b, value, *_exact(value, spread, units, a.level), EXACT)
    if spread > 1e-12 and df >= 1:
        half = quantile(a.level, df) * spread
        return _limited(a, b, value, value - half, value + half, METHOD)
    return independent(a, b, f"{UNPAIRED}{STILL}")


def by_items(a: Estimate, b: Estimate, first: Mapping[str, float], other: Mapping[str, float],
             share: bool) -> Estimate | None:  # fmt: skip
    """b minus a by the units whose values both claims published, for claims that need the model itself.

    None where these are not the same items (fewer than SHARED of them), or all changed alike. Where yes-or-no answers
    changed, or nothing did in shares, the limits are exact.
    """
    both = [unit for unit in first if unit in other]
    if len(both) < max(2, SHARED * max(len(first), len(other))):
        return None
    gaps = np.array([other[unit] - first[unit] for unit in both])
    value, mean = float(gaps.mean()), estimate.mean(gaps, both, level=a.level)
    one, two = (replace(side, units=len(both)) for side in (a, b))
    if share and np.isin(gaps.round(9), (-1.0, 0.0, 1.0)).all():
        spread = float(gaps.std(ddof=1)) / math.sqrt(len(both))
        return _limited(one, two, value, *_exact(value, spread, len(both), a.level), EXACT)
    return None if mean.low is None or mean.high is None else _limited(one, two, value, mean.low, mean.high, ITEMS)


def identical(a: Estimate, b: Estimate) -> Estimate:
    """No difference, of which nothing is uncertain: every row of both runs is the same."""
    return _limited(a, b, 0.0, 0.0, 0.0, "identical rows")


def independent(a: Estimate, b: Estimate, reason: str) -> Estimate:
    """b minus a from their intervals alone, as if independent (Zou & Donner 2008).

    It is wider than paired where the two agree on which units are high. `reason` says why they are not paired; where
    either has no interval, there is none.
    """
    if a.value is None or b.value is None:
        return _bare(a, None, reason)
    value = b.value - a.value
    if a.low is None or b.low is None or a.high is None or b.high is None:
        return _bare(a, value, reason)
    down = math.hypot(b.value - b.low, a.high - a.value)
    up = math.hypot(b.high - b.value, a.value - a.low)
    return _limited(a, b, value, value - down, value + up, f"{APART}, {reason}")


def _exact(value: float, spread: float, units: int, level: float) -> tuple[float, float]:
    """Limits of share gained minus share lost: Clopper and Pearson's for each, combined (Zou & Donner 2008).

    The share of units that changed follows from the variance of the difference: s^2 (n - 1) / n + d^2.
    """
    moved = min(1.0, spread**2 * max(units - 1, 1) + value**2)
    limits = [_clopper(max(0.0, (moved + sign * value) / 2), units, level) for sign in (1, -1)]
    (gained, low_gain, high_gain), (lost, low_loss, high_loss) = limits
    low = value - math.hypot(gained - low_gain, high_loss - lost)
    return max(-1.0, low), min(1.0, value + math.hypot(high_gain - gained, lost - low_loss))


def _clopper(share: float, units: int, level: float) -> tuple[float, float, float]:
    """(share, its exact lower and upper limit)."""
    count, tail = share * units, (1 - level) / 2
    low = stats.beta.ppf(tail, count, units - count + 1) if count > 1e-9 else 0.0
    high = stats.beta.ppf(1 - tail, count + 1, units - count) if units - count > 1e-9 else 1.0
    return share, float(low), float(high)


def _limited(a: Estimate, b: Estimate, value: float, low: float, high: float, method: str) -> Estimate:
    counts: dict[str, Any] = {"rows": a.rows + b.rows, "scored": a.scored + b.scored, "asked": a.asked + b.asked}
    return Estimate(value, low, high, a.level, units=min(a.units, b.units), method=method, **counts)


def _bare(like: Estimate | None, value: float | None, reason: str) -> Estimate:
    counts: dict[str, Any] = {name: getattr(like, name, 0) for name in ("units", "rows", "scored", "asked")}
    return Estimate(value, None, None, getattr(like, "level", 0.95), method=METHOD, reason=reason, **counts)
