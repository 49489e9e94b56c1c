"""Samples of every kind of claim with a known truth: rows of a records table in, an estimate out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.games.tables import memory
from analysis.stats import estimate, frame, target
from analysis.stats.fits import area, gee_logit, rogan_gladen
from analysis.stats.fits._fit import Fit
from analysis.study import corrected as people

Make = Callable[[np.random.Generator, bool], tuple[estimate.Estimate, float]]
"""From a generator, and whether the null holds, to an estimate and the true value."""


def records(values: np.ndarray, units: np.ndarray, **facts: np.ndarray) -> pd.DataFrame:
    """Rows of a records table with one measure."""
    return pd.DataFrame({"measure": "hit", "value": values, "status": "ok", "cluster": units, **facts})


@cache
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
        drawn = {"normal": rng.normal(size=units), "skewed": rng.lognormal(sigma=0.5, size=units) - np.exp(0.125),
                 "exponential": rng.exponential(size=units) - 1}  # fmt: skip
        own = drawn[draw]
        unit = np.repeat(np.arange(units), 3)
        found = frame.rows(records(own[unit] + rng.normal(size=3 * units) + (not null), unit), "hit")
        return estimate.mean(found["value"], found["cluster"].to_numpy()), float(not null)

    return make


def redrawn(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
    """A mean of twenty skewed units by the bootstrap that the energy coefficient takes."""
    values = rng.lognormal(sigma=0.5, size=20) - np.exp(0.125) + (not null)
    return estimate.bootstrap(np.mean, (values,), np.arange(20), rng, draws=400), float(not null)


def ranking(units: int, truth: float, each: int = 1) -> Make:
    """An area under the curve."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        aim = 0.5 if null else truth
        y = (rng.random(units) < 0.5).astype(float)
        score = np.sqrt(2) * stats.norm.ppf(aim) * y + rng.normal(size=units)
        fit = area.area(np.repeat(score, each), np.repeat(y, each), np.repeat(np.arange(units), each))
        return _from(fit, "score limits"), aim

    return make


def outranking(units: int, other: float) -> Make:
    """The area of one score minus that of another: a true turn and four of other contexts in every unit, which has a
    taste of its own for all of them; both scores share half of their noise."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        aim, y = other if null else (1 + other) / 2, np.tile([1.0, 0.0, 0.0, 0.0, 0.0], units)
        shared = np.repeat(rng.normal(size=units), 5) + rng.normal(size=5 * units)
        scores = [2 * np.sqrt(2) * stats.norm.ppf(area) * y + shared + np.sqrt(2) * rng.normal(size=5 * units)
                  for area in (aim, other)]  # fmt: skip
        return _from(area.gap(*scores, y, np.repeat(np.arange(units), 5)), "combined score limits"), aim - other

    return make


def _from(fit: Fit, method: str) -> estimate.Estimate:
    return estimate.Estimate(
        fit.estimate, fit.low, fit.high, fit.level, fit.units, fit.rows, fit.rows, fit.rows, method
    )


def coin(matches: int) -> Make:
    """P(C) after CC of a player against tit-for-tat over ten rounds."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        p = 0.5 if null else 0.8
        own = np.where(rng.random((matches, 10)) < p, "C", "D")
        theirs = np.column_stack([np.full(matches, "C"), own[:, :-1]])
        state = np.column_stack([np.full(matches, "start"), np.char.add(own, theirs)[:, :-1]])
        cooperates = (own == "C").astype(float).ravel()
        lines = records(cooperates, np.repeat(np.arange(matches), 10), state=state.ravel())
        found = memory.fingerprint(lines, measure="hit").set_index("state")
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


def labelled(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
    """A rate read by rules that err, corrected by people who read 200 of 600 turns, half of them a yes by the rules."""
    truth, units = 0.3, 150
    share = rng.beta(truth * 4, (1 - truth) * 4, units)
    true = (rng.random((units, 4)) < share[:, None]).ravel()
    said = np.where(true, rng.random(true.size) < 0.75, rng.random(true.size) < 0.1).astype(float)
    turns = pd.DataFrame({"cluster": np.repeat(np.arange(units), 4), "said": said, "stratum": said.astype(str)})
    drawn = np.concatenate([rng.choice(np.flatnonzero(said == kind), 100, replace=False) for kind in (0, 1)])
    return people.corrected(turns, turns.iloc[drawn].assign(label=true[drawn].astype(float))), truth


def odds(units: int, treated: int, p: float, uneven: bool = False) -> Make:
    """Log odds of a condition that some units get, or (treated 0) every other row."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        values, unit = rows(rng, units, p, uneven, each=12)
        x = (unit < treated).astype(float) if treated else np.arange(len(unit)) % 2.0
        return _from(gee_logit.gee_logit(values, {"x": x}, unit), "GEE"), 0.0

    return make
