"""Tables in which nothing is there and rows cluster, for every test that stands in tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from claim_worlds import Make
from scipy import special

from analysis import estimate
from analysis.stats.fits import (
    cochran_q,
    conditional_logit,
    gee_logit,
    hazard,
    logit,
    max_t,
    mcnemar,
    multinomial_logit,
    ordered_logit,
    paired_t,
    partial_odds,
    random_intercept,
    spearman,
    tost,
    welch,
)

UNITS, ROWS, ALPHA = 20, 12, 0.05


class World:
    """Units of 12 rows; every unit has its own inclination (SD 1 on the logit scale), nothing has an effect."""

    def __init__(self, units: int, rng: np.random.Generator) -> None:
        self.rng, self.n = rng, units
        self.own = rng.normal(size=units)
        self.unit = np.repeat(np.arange(units), ROWS)
        self.p = special.expit(self.own)[self.unit]
        self.yes = (rng.random(len(self.p)) < self.p).astype(float)
        self.score = self.own[self.unit] + rng.normal(size=len(self.p))
        latent = self.own[self.unit] + rng.logistic(size=len(self.p))
        self.rating = np.digitize(latent, (-2.0, -0.7, 0.7, 2.0)).astype(float)
        self.kind = np.array(["a", "b", "c"])[np.digitize(latent, (-0.7, 0.7))]
        self.between = (rng.permutation(units) % 2).astype(float)[self.unit]
        self.within = np.tile([0.0, 1.0], len(self.p) // 2)

    def once(self, conditions: int) -> np.ndarray:
        """One yes-or-no per unit and condition [units, conditions]."""
        return (self.rng.random((self.n, conditions)) < special.expit(self.own)[:, None]).astype(float)

    def first(self) -> tuple[np.ndarray, np.ndarray]:
        """Round of the first event (censored after 6) of each row as a sequence, and whether it happened."""
        times = self.rng.geometric(np.clip(self.p / 2, 0.02, 1))
        return np.minimum(times, 6), (times <= 6).astype(float)

    def sides(self, values: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """values and units where x is 1, and where it is 0."""
        on = x == 1
        return values[on], values[~on], self.unit[on], self.unit[~on]


def _excludes(found: estimate.Estimate, null: float) -> float | None:
    return None if found.low is None or found.high is None else float(not found.low <= null <= found.high)


def _at_margin(world: World) -> float | None:
    """The true difference is exactly the margin: calling it equivalent is the error."""
    a, b, units_a, units_b = world.sides(world.score + 2.0 * world.within, world.within)
    return tost.tost(paired_t.paired_t(a, b, units_a, units_b), 2.0).p


Case = tuple[str, str, Callable[[World], float | None]]


def cases() -> Iterator[Case]:
    """(test, design, world -> p-value or 1/0 for an interval that missed; None when refused)."""
    yield "estimate.proportion", "one sample, repeated", lambda w: _hit(estimate.proportion(w.yes, w.unit), 0.5)
    yield "estimate.proportion", "one sample, probabilities", lambda w: _hit(estimate.proportion(w.p, w.unit), 0.5)
    yield (
        "estimate.proportion",
        "one sample, one row per unit",
        lambda w: _hit(estimate.proportion(w.once(1)[:, 0]), 0.5),
    )
    yield "estimate.mean", "one sample", lambda w: _hit(estimate.mean(w.score, w.unit), 0.0)
    yield "estimate.ratio", "one sample", lambda w: _hit(estimate.ratio(w.yes, np.ones_like(w.yes), w.unit), 0.5)
    yield "estimate.bootstrap", "one sample", lambda w: _hit(
        estimate.bootstrap(np.mean, (w.score,), w.unit, w.rng, draws=400), 0.0)  # fmt: skip
    for design in ("between", "within"):
        yield "estimate.difference, proportion", design, lambda w, d=design: _hit(_gap(w, w.yes, d, "proportion"), 0.0)
        yield "estimate.difference, mean", design, lambda w, d=design: _hit(_gap(w, w.score, d, "mean"), 0.0)
        yield "gee_logit", design, lambda w, d=design: gee_logit.gee_logit(w.yes, {"x": getattr(w, d)}, w.unit).p
        yield "random_intercept", design, lambda w, d=design: random_intercept.random_intercept(
            w.score, {"x": getattr(w, d)}, w.unit).p  # fmt: skip
        yield "logit, clustered", design, lambda w, d=design: logit.logit(w.yes, {"x": getattr(w, d)}, w.unit).p
        yield "ordered_logit, clustered", design, lambda w, d=design: ordered_logit.ordered_logit(
            w.rating, {"x": getattr(w, d)}, w.unit).p  # fmt: skip
        yield "multinomial_logit, clustered", design, lambda w, d=design: multinomial_logit.multinomial_logit(
            w.kind, {"x": getattr(w, d)}, w.unit).p  # fmt: skip
        yield "hazard, clustered", design, lambda w, d=design: hazard.hazard(*w.first(), {"x": getattr(w, d)}, w.unit).p
    yield "estimate.difference, proportion", "between, one answer per unit", lambda w: _hit(
        estimate.difference(*np.split(w.once(1)[:, 0], 2), kind="proportion"), 0.0)  # fmt: skip
    yield "estimate.difference, proportion", "within, one pair per unit", lambda w: _hit(
        estimate.difference(*w.once(2).T, kind="proportion", paired=True), 0.0)  # fmt: skip
    yield "partial_odds, clustered", "between", lambda w: partial_odds.partial_odds(
        w.rating, {"x": w.between}, {"z": w.within}, w.unit).p  # fmt: skip
    for rows in (2, 4):
        yield "gee_logit", f"within, {rows} rows per unit", lambda w, k=rows: _short(w, k)
    yield "welch", "between", lambda w: welch.welch(*w.sides(w.yes, w.between)).p
    yield "paired_t", "within", lambda w: paired_t.paired_t(*w.sides(w.yes, w.within)).p
    yield "conditional_logit", "within", lambda w: conditional_logit.conditional_logit(w.yes, {"x": w.within}, w.unit).p
    yield "mcnemar, exact", "within, one pair per unit", lambda w: mcnemar.mcnemar(
        *mcnemar.pairs(*w.once(2).T)).p  # fmt: skip
    yield "mcnemar, mid-p", "within, one pair per unit", lambda w: mcnemar.mcnemar(
        *mcnemar.pairs(*w.once(2).T), mid=True).p  # fmt: skip
    yield "cochran_q", "within, four conditions", lambda w: cochran_q.cochran_q(w.once(4)).p
    yield "spearman", "two measurements per unit", lambda w: spearman.spearman(w.own, w.rng.normal(size=w.n)).p
    yield "max_t, signs", "within, eight layers", lambda w: max_t.max_t(_layers(w), w.rng, draws=499).p
    yield "max_t, groups", "between, eight layers", lambda w: max_t.max_t(
        _layers(w), w.rng, groups=w.between[::ROWS], draws=499).p  # fmt: skip
    yield "tost", "within, truth at the margin", _at_margin


def _short(world: World, rows: int) -> float | None:
    """GEE of an effect within units of only a few rows."""
    kept = np.arange(len(world.yes)) % ROWS < rows
    return gee_logit.gee_logit(world.yes[kept], {"x": world.within[kept]}, world.unit[kept]).p


def _hit(found: estimate.Estimate, null: float) -> float | None:
    missed = _excludes(found, null)
    return None if missed is None else 1.0 - missed  # read as a p-value: 0 rejects


def _gap(world: World, values: np.ndarray, design: str, kind: str) -> estimate.Estimate:
    return estimate.difference(*world.sides(values, getattr(world, design)), kind=kind)


def _layers(world: World) -> np.ndarray:
    """Correlated differences [units, 8] without effect."""
    return world.rng.normal(size=(world.n, 1)) + world.rng.normal(size=(world.n, 8))


def decided(p: float | None) -> estimate.Estimate:
    """A p-value as a card sees it: above the null where it is below ALPHA."""
    if p is None:
        return estimate.proportion([])
    return estimate.Estimate(1.0, 0.5 if p < ALPHA else -0.5, 2.0, 0.95, UNITS, 1, 1, 1, "test")


def designs() -> dict[str, Make]:
    """Every test under its design, at twenty units."""

    def drawn(run: Callable[[World], float | None]) -> Make:
        return lambda rng, null: (decided(run(World(UNITS, rng))), 0.0)

    return {f"{name}, {design}": drawn(run) for name, design, run in cases()}
