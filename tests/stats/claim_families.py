"""Samples of claims that are chosen, counted or read from tables of a family, through the code of that family."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from claim_worlds import Make, intercept, records
from scipy import special

from analysis import atlas
from analysis.atlas.tables.survey import Survey
from analysis.calibration.findings import _largest
from analysis.calibration.tables.contrasts import contrasts
from analysis.calibration.tables.kinds import as_estimate
from analysis.calibration.tables.score import score
from analysis.games import findings as games
from analysis.inside.tables import pushing
from analysis.minds.findings.manipulation import restored
from analysis.minds.tables.omnibus import DIFFERS, omnibus
from analysis.minds.tables.shifts import shifts
from analysis.stats import estimate, frame
from analysis.stats.fits import kappa, spearman
from analysis.stats.fits._fit import Fit
from analysis.user_turn.findings import _instead

Sample = tuple[estimate.Estimate, float]


def classes(rng: np.random.Generator, null: bool) -> Sample:
    """The largest of five classes that are equally frequent (null), or not: its own frequency is the truth."""
    shares = np.full(5, 0.2) if null else np.array([0.4, 0.3, 0.1, 0.1, 0.1])
    names = np.array(["restatement", "carry_on", "thanks", "unrelated", "malformed"])
    said = pd.DataFrame({"class": rng.choice(names, 100, p=shares), "value": 0.0, "cluster": range(100)})
    found = _instead(said, (), "m")
    return found.estimate, float(shares[[name.replace("_", " ") in found.subject for name in names].index(True)])


def largest(rng: np.random.Generator, null: bool) -> Sample:
    """The largest of the effects of four personas on accuracy and two other measures, 32 items.

    One persona (not null) knows .375 of what is answered wrongly, of .4: an effect of .15.
    """
    people, items = ["none", "a", "b", "c", "d"], np.arange(32)
    truth = dict.fromkeys(people, 0.0) | ({} if null else {"a": 0.15})
    own, parts = rng.normal(size=32), []
    for name in people:
        wrong = special.expit(-intercept(0.6) - own) * (1 - truth[name] / 0.4)
        right = rng.random(32) < 1 - wrong
        parts.append(pd.DataFrame({"persona": name, "cluster": items, "correct": right.astype(float),
                                   "confidence": rng.random(32)}))  # fmt: skip
    found = _largest(contrasts(pd.concat(parts, ignore_index=True)), "correct", ())
    return found.estimate, truth[found.question.rpartition(" ")[2]] if found.estimate.value is not None else 0.0


def personas(rng: np.random.Generator, noise: float = 0.3) -> pd.DataFrame:
    """Four personas and their controls in two wordings over 24 scenes; a wording shifts all answers (SD on logits)."""
    persona, guise, wording, scene, _ = (grid.ravel() for grid in np.indices((4, 2, 2, 24, 2)))
    lift = noise * rng.normal(size=(4, 2, 2))
    rates = special.expit(rng.normal(size=24)[scene] + lift[persona, guise, wording])
    hits, item = (rng.random(len(scene)) < rates).astype(float), np.tile(np.arange(48), 16)
    facts = {"persona": np.array([*"abcd"])[persona], "guise": np.array(["persona", "control"])[guise]}
    return records(hits, scene, item=item, wording=wording, **facts).assign(task="belief", placement="system")


def persona_card(rng: np.random.Generator, null: bool) -> Sample:
    """The card of one of four personas, with the effect of rewording."""
    lines: list[dict[str, Any]] = shifts(personas(rng), by=("persona",)).to_dict("records")
    return estimate.simultaneous(restored(lines[0]), 1, estimate.known(lines[0]["rewording"]) or 0.0), 0.0


def counted(noise: float) -> Make:
    """How many of four personas shift under Holm, other wordings allowed for; none does: any that counts is false."""

    def make(rng: np.random.Generator, null: bool) -> Sample:
        return _count(shifts(personas(rng, noise))["rejected"]), 0.0

    return make


def _count(hits: pd.Series) -> estimate.Estimate:
    """How many of a family hit, as a card that is above nothing as soon as one does."""
    many = float(hits.sum())
    return estimate.Estimate(many, many - 0.5, many + 0.5, 0.95, 24, 1, 1, 1, "Holm")


def tasks(rng: np.random.Generator, null: bool) -> Sample:
    """In how many of three tasks Cochran's Q sees a difference between no persona and four that do nothing."""
    task, persona, scene = (grid.ravel() for grid in np.indices((3, 5, 24)))
    hits = (rng.random(len(scene)) < special.expit(rng.normal(size=24))[scene]).astype(float)
    names = {"persona": np.array(["none", *"abcd"])[persona], "guise": np.where(persona == 0, "none", "persona")}
    rows = records(hits, scene, item=scene, task=task.astype(str), **names).assign(wording=0, placement="system")
    return _count(omnibus(rows)["reading"] == DIFFERS), 0.0


def differences(rng: np.random.Generator, null: bool) -> Sample:
    """How many of six differences between three models, on two axes of twelve units, survive: there are none."""
    axis, model, unit = (grid.ravel() for grid in np.indices((2, 3, 12)))
    values = 0.5 + rng.normal(0, 0.1, (2, 12))[axis, unit] + rng.normal(0, 0.05, len(unit))
    names = {"measure": np.array(["minds", "knowledge"])[axis], "model": np.array([*"abc"])[model]}
    rows = pd.DataFrame({"value": values, "status": "ok", "cluster": unit, **names, "persona": "none", "run": "r"})
    gates = {(axis, model): "" for axis in ("minds", "knowledge") for model in "abc"}
    return _count(atlas.contrasts(Survey(rows, pd.DataFrame(), gates))["survives"]), 0.0


def ratio(units: int, spread: float = 0.0) -> Make:
    """A ratio of sums of units that differ in both; spread: SD of the logarithm of the denominator, 0 for uniform."""

    def make(rng: np.random.Generator, null: bool) -> Sample:
        size = rng.lognormal(6, spread, size=units) if spread else rng.uniform(200, 800, size=units)
        share = rng.normal(0.4 * (not null), 0.15, size=units)
        return estimate.ratio(size * share, size, np.arange(units)), 0.4 * (not null)

    return make


def agreement(contexts: int) -> Make:
    """Kappa of two readers of ten turns a context, who agree as far as two errors of 15 % let them."""

    def make(rng: np.random.Generator, null: bool) -> Sample:
        true = rng.random(10 * contexts) < np.repeat(special.expit(rng.normal(-0.5, 0.7, contexts)), 10)
        one, other = (np.where(rng.random(true.size) < 0.15, ~true, true) for _ in range(2))
        fit = kappa.kappa(one, other, clusters=np.repeat(np.arange(contexts), 10), rng=rng)
        return _from(fit, "cluster bootstrap-t"), KAPPA

    return make


def _kappa() -> float:
    """Kappa that `agreement` has in the long run."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    base = float((weights * special.expit(-0.5 + 0.7 * nodes)).sum() / weights.sum())
    yes, alike = 0.15 + 0.7 * base, 0.85**2 + 0.15**2
    chance = yes**2 + (1 - yes) ** 2
    return (alike - chance) / (1 - chance)


KAPPA = _kappa()


def _from(fit: Fit, method: str) -> estimate.Estimate:
    return estimate.Estimate(fit.estimate, fit.low, fit.high, fit.level, fit.units, fit.rows, fit.rows, fit.rows,
                             method, reason=fit.reason)  # fmt: skip


def calibrated(items: int, each: int = 1, said: tuple[float, ...] = ()) -> Make:
    """Debiased calibration error of rows that share an item: none, or confidence that is .15 too high (no tail is
    tested then). Confidence is spread out, or one of a few values that are `said`."""

    def make(rng: np.random.Generator, null: bool) -> Sample:
        cluster = np.repeat(np.arange(items), each)
        p = rng.choice(said, len(cluster)) if said else rng.beta(4, 2, size=len(cluster))
        right = (rng.random(len(cluster)) < p - 0.15 * (not null)).astype(float)
        table = pd.DataFrame({"confidence": p, "correct": right, "cluster": cluster})
        card = score(table, rng=rng, draws=300, metrics=("ece",))
        return as_estimate(card, "ece", corrected=True), 0.0 if null else 0.15

    return make


def steering(rng: np.random.Generator, null: bool) -> Sample:
    """Slope along a direction against those of twenty placebos; under no effect it is one of them."""
    names = ["none", "true", *(f"random {k}" for k in range(20))]
    slopes = np.r_[0.0, rng.normal(size=21)]
    lines = [
        {"measure": "log_odds_yes", "value": slope * strength + 0.1 * rng.normal(), "status": "ok", "cluster": word,
         "direction": name, "strength": strength}
        for name, slope in zip(names, slopes, strict=True)
        for strength in ((0.0,) if name == "none" else (-1.0, 1.0)) for word in "abcdef"
    ]  # fmt: skip
    return pushing.push(pd.DataFrame(lines), "log_odds_yes", "true")[0], 0.0


def correlation(rng: np.random.Generator, null: bool) -> Sample:
    """Rank correlation over twelve models."""
    rho = 0.0 if null else 0.6
    a, b = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=12).T
    return _from(spearman.spearman(a, b), "Fisher's z"), 6 / np.pi * np.arcsin(rho / 2)


def covers(kind: str) -> Make:
    """Three cover stories drawn anew (SD .03), four matches each (SD .01), two presentations."""

    def make(rng: np.random.Generator, null: bool) -> Sample:
        truth = (0.0 if null else 0.05) if kind == "effect" else 0.5 if null else 0.67
        cover, arm = np.repeat(np.arange(3), 8), np.tile(["JF", "FJ"], 12)
        own, match = rng.normal(0, 0.03, 3)[cover], np.repeat(rng.normal(0, 0.01, 12), 2)
        base = rng.normal(0.4, 0.1, 3)[cover] if kind == "effect" else 0.0
        rows = records(base + truth + own + match, np.repeat(np.arange(12), 2), cover=cover, arm=arm)
        if kind == "effect":
            return estimate.between(frame.rows(rows, "hit"), rows.assign(value=base), by="cover"), truth
        return games._mean_over_units(rows, "hit"), truth

    return make
