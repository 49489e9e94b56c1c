"""What may be paired, and the differences of claims by unit: a delete-group jackknife over the units of both runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from scipy import stats

from analysis.report.claims import Claim
from analysis.stats.fits._units import CONSTANT, Estimate, quantile
from analysis.study.side import Side

GROUPS = 20
"""Groups of units left out in turn: t on 19 degrees of freedom is 7 % wider than the normal quantile."""
SHARED = 0.5
"""Share of the larger side's units that both must have."""
SAME_DATA = ("dataset", "data", "path")
METHOD = "paired by unit, delete-group jackknife"
EXACT = "paired by unit, exact limits of gains and losses"
COUNTED = "Wilson"
"""Method of a proportion of yes-or-no answers, one a unit."""
APART = "from the two intervals, as if independent"


def problems(first: Side, other: Side) -> list[str]:
    """Why two runs cannot be paired, each with what to run again; nothing where they can."""
    both = [name for name in first.manifests if name in other.manifests]
    if not both:
        kinds = f"{', '.join(first.manifests)} and {', '.join(other.manifests)}"
        return [f"{first.name} and {other.name} share no probe ({kinds}): compare runs of one notebook"]
    found = [why for name in both for why in _differs(name, first, other)]
    if not set(first.published) & set(other.published):
        found.append(f"{first.name} and {other.name} publish no claim of the same id: compare runs of one notebook")
    return found


def _differs(probe: str, first: Side, other: Side) -> Iterable[str]:
    one, two = first.manifests[probe], other.manifests[probe]
    again = f"run {other.name} again as {first.name} was"
    if one.get("version") != two.get("version"):
        yield f"{probe}: version {one.get('version')} and {two.get('version')}; run both again with this package"
    for name in SAME_DATA:
        given = [(about.get("parameters") or {}).get(name) for about in (one, two)]
        if given[0] != given[1]:
            yield f"{probe}: other stimuli ({name} {given[0]!r} and {given[1]!r}); {again}"
    if (engines := (engine(one), engine(two)))[0] != engines[1]:
        yield f"{probe}: other engine ({engines[0]} and {engines[1]}); {again}"
    units = first.units(probe), other.units(probe)
    shared = len(units[0] & units[1])
    if shared < max(2, SHARED * max(map(len, units))):
        yield f"{probe}: other stimuli ({shared} units shared, of {len(units[0])} and {len(units[1])}); {again}"


def engine(manifest: Mapping[str, Any]) -> str:
    """What computes: its kind of decoding, number format and device; `scripted` for a policy."""
    info = manifest.get("model_info") or {}
    own = info.get("engine") or {}
    if not own:
        return str(info.get("kind", "unknown"))
    kind = str(info.get("device", "")).partition(":")[0]
    return ", ".join(str(part) for part in (own.get("decoding", "step by step"), info.get("dtype"), kind) if part)


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


def difference(first: list[Claim | None], other: list[Claim | None], identical: bool = False,
               share: bool = True) -> Estimate:  # fmt: skip
    """Other minus first, from the claim on all shared units and then without each group of them.

    `identical`: every row of both runs is the same, so that the difference is 0 and nothing is uncertain about it.
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
    if identical:
        return _limited(a, b, 0.0, 0.0, 0.0, "identical rows")
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
    return independent(a, b, CONSTANT)


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
    why = "" if reason == CONSTANT else f", {reason}"
    return _limited(a, b, value, value - down, value + up, f"{APART}{why}")


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
