"""Samples of every kind of claim with a known truth: rows of a records table in, an estimate out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.games import memory
from analysis.stats import estimate, frame, target
from analysis.stats.fits import area, gee_logit, rogan_gladen
from analysis.stats.fits._fit import Fit

Make = Callable[[np.random.Generator, bool], tuple[estimate.Estimate, float]]
"""From a generator, and whether the null holds, to an estimate and the true value."""


@dataclass(frozen=True)
class Line:
    """One kind of claim under one design."""

    claims: str
    target: str
    unit: str
    method: str
    family: str
    design: str
    make: Make


def records(values: np.ndarray, units: np.ndarray, **facts: np.ndarray) -> pd.DataFrame:
    """Rows of a records table with one measure."""
    return pd.DataFrame({"measure": "hit", "value": values, "status": "ok", "cluster": units, **facts})


def intercept(p: float, sd: float = 1.0) -> float:
    """Where units of this SD around it have the mean rate p (Gauss-Hermite)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    low, high = -12.0, 12.0
    for _ in range(60):
        middle = (low + high) / 2
        below = (weights * special.expit(middle + sd * nodes)).sum() / weights.sum() < p
        low, high = (middle, high) if below else (low, middle)
    return low


def rows(
    rng: np.random.Generator, units: int, p: float, uneven: bool = False, each: int = 3, own: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Yes-or-no rows of units that differ: values, unit of each row."""
    shift = rng.normal(size=units) if own is None else own
    rates = special.expit(intercept(p) + shift)
    sizes = rng.choice([1, 2, 3, 12], size=units) if uneven else np.full(units, each)
    unit = np.repeat(np.arange(units), sizes)
    return (rng.random(len(unit)) < rates[unit]).astype(float), unit


def rate(units: int, p: float, uneven: bool = False) -> Make:
    """A share of all rows of a table."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        table = frame.rows(records(*rows(rng, units, p, uneven)), "hit")
        return estimate.proportion(table["value"], table["cluster"].to_numpy()), p

    return make


def gap(units: tuple[int, int], p: float, shared: bool, uneven: bool = False, each: int = 3) -> Make:
    """A difference of shares between two conditions, of the same units or of others."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        other = p if null else min(p + 0.2, 0.9)
        own = rng.normal(size=units[0])
        first = rows(rng, units[0], p, uneven, each, own)
        second = rows(rng, units[1], other, uneven, each, own if shared else None)
        names = [np.char.add("u" if shared else side, unit.astype(str)) for side, (_, unit) in
                 zip("ab", (first, second), strict=True)]  # fmt: skip
        tables = [
            frame.rows(records(part[0], name), "hit") for part, name in zip((second, first), names[::-1], strict=True)
        ]
        return estimate.between(*tables, "proportion"), other - p

    return make


def average(units: int, draw: str) -> Make:
    """A mean of conversations of three rows."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        own = rng.normal(size=units) if draw == "normal" else rng.lognormal(sigma=0.5, size=units) - np.exp(0.125)
        unit = np.repeat(np.arange(units), 3)
        found = frame.rows(records(own[unit] + rng.normal(size=3 * units) + (not null), unit), "hit")
        return estimate.mean(found["value"], found["cluster"].to_numpy()), float(not null)

    return make


def ranking(units: int, truth: float, each: int = 1) -> Make:
    """An area under the curve."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        aim = 0.5 if null else truth
        y = (rng.random(units) < 0.5).astype(float)
        score = np.sqrt(2) * stats.norm.ppf(aim) * y + rng.normal(size=units)
        fit = area.area(np.repeat(score, each), np.repeat(y, each), np.repeat(np.arange(units), each))
        return _from(fit, "score limits"), aim

    return make


def _from(fit: Fit, method: str) -> estimate.Estimate:
    return estimate.Estimate(
        fit.estimate, fit.low, fit.high, fit.level, fit.units, fit.rows, fit.rows, fit.rows, method
    )


def coin(matches: int) -> Make:
    """P(C) after CC of a player against tit-for-tat over ten rounds."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        p, lines = 0.5 if null else 0.8, []
        for match in range(matches):
            own = np.where(rng.random(10) < p, "C", "D")
            theirs = np.r_[["C"], own[:-1]]
            state = np.r_[["start"], np.char.add(own, theirs)[:-1]]
            lines.append(
                records((own == "C").astype(float), np.full(10, match), state=state).assign(measure="cooperates")
            )
        found = memory.fingerprint(pd.concat(lines), measure="cooperates").set_index("state")
        if "CC" not in found.index:
            return estimate.proportion([]), p
        line = found.loc["CC"]
        return estimate.Estimate(line["value"], line["low"], line["high"], 0.95, int(line["units"]), 1, 1, 1, ""), p

    return make


def kinds(number: int) -> Make:
    """A share over domains that differ by SD 1, twenty contexts each."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        own, kind = rng.normal(size=number), np.repeat(np.arange(number), 20)
        p = 0.5 if null else 0.3
        values = (rng.random(len(kind)) < special.expit(intercept(p) + own[kind])).astype(float)
        return target.proportion(target.KINDS, values, np.arange(len(kind)), kind), p

    return make


def corrected(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
    """A rate read by rules that err."""
    truth = rng.random(100) < 0.3
    said = np.where(truth, rng.random(100) < 0.85, rng.random(100) < 0.25).astype(float)
    counts = (rng.binomial(24, 0.85), 24, rng.binomial(36, 0.75), 36)
    return rogan_gladen.rogan_gladen(estimate.proportion(said), *counts), 0.3


def odds(units: int, treated: int, p: float) -> Make:
    """Log odds of a condition that some units get, or (treated 0) every other row."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        values, unit = rows(rng, units, p, each=12)
        x = (unit < treated).astype(float) if treated else np.arange(len(unit)) % 2.0
        return _from(gee_logit.gee_logit(values, {"x": x}, unit), "GEE"), 0.0

    return make


CLAIMS = {
    "rate": ("follow-up rate; reads the stories; share read inside", target.MORE, "context, scene, word",
             "Wilson, effective n", "report"),
    "paired": ("appended question; heat; personas' shifts; omission's price", target.MORE,
               "context, scene, conversation", "t of pairs, or combined Wilson", "report; personas Holm"),
    "apart": ("right minus wrong answers; follow-ups minus new asks", target.MORE, "context", "combined Wilson",
              "report"),
    "mean": ("context gains; pollution; judge's preference", target.MORE, "conversation", "t", "report"),
    "rank": ("confidence ranks answers; kind to trust; real turns told from others", target.MORE, "item, context",
             "score limits", "report; kinds Bonferroni"),
    "player": ("memory-one vector", "these levels, described", "match", "pooled, Wilson", "none: no verdict"),
    "kinds": ("the same rates for new domains, families, covers", target.KINDS, "domain, family, cover",
              "pooled by kind, Wilson", "report"),
    "rules": ("follow-up rate, corrected for the rules", target.MORE, "context", "Rogan-Gladen", "report"),
    "odds": ("persona by scene, several wordings", target.MORE, "scene", "GEE, Satterthwaite", "personas Holm"),
}  # fmt: skip
"""Claims of one kind: their names, target, unit, interval and the family over which errors are counted."""
DESIGNS: dict[tuple[str, str], Make] = {
    ("rate", "12 units of 3 rows"): rate(12, 0.4),
    ("rate", "40 units, unequal"): rate(40, 0.4, True),
    ("rate", "100 units, rate 2 %"): rate(100, 0.02),
    ("rate", "100 unequal units, rate 2 %"): rate(100, 0.02, True),
    ("paired", "12 units of 3 rows"): gap((12, 12), 0.4, True),
    ("paired", "40 units, unequal"): gap((40, 40), 0.4, True, True),
    ("paired", "40 units, rate 2 %"): gap((40, 40), 0.02, True),
    ("paired", "32 units, one row"): gap((32, 32), 0.3, True, each=1),
    ("apart", "5 and 95 units, rate 10 %"): gap((5, 95), 0.1, False),
    ("apart", "4 and 15 units, rate 10 %"): gap((4, 15), 0.1, False),
    ("apart", "20 and 80 units, unequal"): gap((20, 80), 0.4, False, True),
    ("apart", "20 and 20, rate 2 %"): gap((20, 20), 0.02, False),
    **{("mean", f"{n} units, {draw}"): average(n, draw) for n in (8, 20) for draw in ("normal", "skewed")},
    ("rank", "16 items, area 0.98 or .5"): ranking(16, 0.98),
    ("rank", "32 items, area 0.8 or .5"): ranking(32, 0.8),
    ("rank", "32 items, area 0.8 or .5, 3 rows each"): ranking(32, 0.8, 3),
    ("rank", "100 items, area 0.9 or .5"): ranking(100, 0.9),
    **{("player", f"{n} matches against tit-for-tat"): coin(n) for n in (12, 40)},
    **{("kinds", f"{n} kinds of 20"): kinds(n) for n in (5, 8)},
    ("rules", "100 contexts, 24 and 36 labels"): corrected,
    ("odds", "20 units, 3 treated, rate 40 %"): odds(20, 3, 0.4),
    ("odds", "20 units, within, rate 10 %"): odds(20, 0, 0.1),
    ("odds", "40 units, within, rate 40 %"): odds(40, 0, 0.4),
}


def lines() -> list[Line]:
    """All kinds of claims with their designs."""
    return [Line(*CLAIMS[kind], design, make) for (kind, design), make in DESIGNS.items()]
