"""Fits of fixed tables, for `fits.json`: what the code gave that an audit compared with R (28 November 2026).

The audit held 200 random tables a fit against R's glm, gee, ordinal::clm, VGAM, nnet, survival, lme4, BayesFactor, pROC
and stats (largest differences 1e-9 and better but for GEE at a correlation that is not positive definite, 1e-6 for
VGAM). The file was written by the audited version itself, commit d2f0859, whose fits lie in `analysis.fits`:
python tests/golden/fit_cases.py analysis.fits > fits.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np

SEEDS = range(4)


def tables(seed: int) -> dict[str, np.ndarray]:
    """Thirty units of six rows: yes or no, five points, three kinds, a score, rounds to an event; two predictors."""
    rng = np.random.default_rng(seed)
    unit, own = np.repeat(np.arange(30), 6), rng.normal(size=30)
    x, z = rng.normal(size=180), np.tile([0.0, 1.0], 90)
    latent = own[unit] + 0.5 * x + 0.3 * z + rng.logistic(size=180)
    rounds = rng.integers(1, 6, size=180)
    return {"unit": unit, "x": x, "z": z, "yes": (latent > 0).astype(float), "score": latent,
            "points": np.digitize(latent, (-1.5, -0.5, 0.5, 1.5)).astype(float),
            "kind": np.array(["a", "b", "c"])[np.digitize(latent, (-0.7, 0.7))],
            "rounds": rounds, "event": (rng.random(180) < 0.7).astype(float), "own": own,
            "other": own + rng.normal(size=30)}  # fmt: skip


def fitted(package: str) -> Iterator[tuple[str, list[float]]]:
    """(fit and seed, numbers that R has too) of the fits in a package."""

    def fit(name: str, *given: Any, **more: Any) -> Any:
        return getattr(import_module(f"{package}.{name}"), name)(*given, **more)

    def both(found: Any, *columns: str) -> list[float]:
        return [float(value) for column in columns for value in found.table[column]]

    for seed in SEEDS:
        t = tables(seed)
        x, unit = {"x": t["x"], "z": t["z"]}, t["unit"]
        yield f"logit {seed}", both(fit("logit", t["yes"], x), "estimate", "se", "p")
        yield f"gee_logit {seed}", both(fit("gee_logit", t["yes"], x, unit), "estimate", "se")
        yield f"ordered_logit {seed}", both(fit("ordered_logit", t["points"], x), "estimate", "se", "p")
        yield f"multinomial_logit {seed}", both(fit("multinomial_logit", t["kind"], x), "estimate", "se", "p")
        yield f"conditional_logit {seed}", both(fit("conditional_logit", t["yes"], x, unit), "estimate", "se")
        yield f"partial_odds {seed}", both(fit("partial_odds", t["points"], {"x": t["x"]}, {"z": t["z"]}), "estimate")
        mixed = fit("random_intercept", t["score"], x, unit)
        yield f"random_intercept {seed}", [*both(mixed, "estimate"), float(mixed.details["icc"])]
        yield f"hazard {seed}", both(fit("hazard", t["rounds"], t["event"], x), "estimate", "se", "p")
        on = t["z"] == 1
        for name in ("welch", "paired_t"):
            found = fit(name, t["score"][on], t["score"][~on], unit[on], unit[~on])
            yield f"{name} {seed}", [found.estimate, found.low, found.high, found.df, found.p]
        found = fit("spearman", t["own"], t["other"])
        yield f"spearman {seed}", [found.estimate, found.p]
        gained, lost = int((t["yes"][on] > t["yes"][~on]).sum()), int((t["yes"][on] < t["yes"][~on]).sum())
        yield f"mcnemar {seed}", [float(fit("mcnemar", gained, lost).p)]
        yield f"cochran_q {seed}", [float(fit("cochran_q", t["yes"].reshape(30, 6)).p)]
        yield f"jzs {seed}", [float(fit("jzs", 0.5 + seed, 30).estimate)]
    yield "power", [float(import_module(f"{package}.power").paired(n, 1.0).estimate) for n in (8, 20, 80)]
    yield from _others(package.rpartition(".")[0])


def _others(package: str) -> Iterator[tuple[str, list[float]]]:
    """What lies beside the fits: Wilson limits, corrections, an area under the curve, an energy coefficient."""
    estimate, auroc = import_module(f"{package}.estimate"), import_module(f"{package}.metrics.auroc").auroc
    energy = import_module("analysis.user_turn" + ("" if package == "analysis" else ".tables") + ".energy")
    for seed in SEEDS:
        t = tables(seed)
        for yes in (t["yes"][:7], t["yes"], np.zeros(9)):
            found = estimate.proportion(yes)
            yield f"wilson {seed} {len(yes)}", [found.value, found.low, found.high]
        ps = dict(zip("abcdefgh", np.random.default_rng(seed).random(8) ** 3, strict=True))
        for name in ("holm", "bh"):
            correct = getattr(import_module(f"{package}.fits.{name}"), name)
            yield f"{name} {seed}", [float(p) for p in correct(ps, list(ps))["adjusted"]]
        yield (
            f"auroc {seed}",
            [float(auroc(1 / (1 + np.exp(-t["score"])), t["yes"])), float(auroc(t["x"] / 9 + 0.5, t["yes"]))],
        )
        one, other = t["own"][:, None], t["other"][:, None] + 0.5
        yield f"energy {seed}", [float(energy.coefficient(one, other, np.arange(30), np.arange(30, 60)))]


if __name__ == "__main__":
    print(json.dumps(dict(fitted(sys.argv[1])), indent=1))
