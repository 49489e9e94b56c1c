"""Claims of the newer families through the code of their reports: records of their own probes in, cards out.

The design is that of a run of each probe; the values are simulated, with tastes of units and effects that vary between
units. What a policy says to what a record holds is tested in the family itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from claim_worlds import Make
from covering import units

import probes
from analysis.characters import findings as characters
from analysis.choices import findings as choices
from analysis.games.findings import partners
from analysis.instructions import findings as instructions
from analysis.persuasion import findings as persuasion
from analysis.report.claims import Claim
from analysis.stats import estimate
from analysis.user_model import findings as user_model
from probes import ScriptedModel
from probes.models.scripted import uniform


@dataclass(frozen=True)
class Pipeline:
    """A claim, the probes whose tables it is made from, and how values of one measure of the first are drawn.

    draw: (rows, generator, whether there is an effect) to values, of which `truth` is the effect.
    """

    names: tuple[str, ...]
    measure: str
    draw: Callable[[pd.DataFrame, np.random.Generator, bool], Any]
    truth: float
    claims: Callable[..., list[Claim]]


@cache
def tables(names: tuple[str, ...]) -> list[pd.DataFrame]:
    """Rows of every probe at its default size, asked of a model that knows nothing."""
    return [probes.run(probes.suite[name].sized("small"), ScriptedModel(uniform)) for name in names]


def simulated(id: str, pipeline: Pipeline) -> Make:
    """The estimate of a claim, as the card shows it, of rows with values of known truth."""

    def make(rng: np.random.Generator, null: bool) -> tuple[estimate.Estimate, float]:
        first, *others = tables(pipeline.names)
        chosen, made = first["measure"] == pipeline.measure, first.copy()
        made.loc[chosen, "status"] = "ok"  # whoever knows nothing has not argued, either
        made.loc[chosen, "value"] = np.asarray(pipeline.draw(first[chosen].reset_index(drop=True), rng, not null))
        found = next(claim for claim in pipeline.claims(made, *others) if claim.id == id)
        return found.decides[0], 0.0 if null else pipeline.truth

    return make


def _pairing(rows: pd.DataFrame, rng: np.random.Generator, effect: bool) -> Any:
    return 2 * effect + units(rows, rng, 0.7) + rng.normal(size=len(rows))


def _scoped(rows: pd.DataFrame, rng: np.random.Generator, effect: bool) -> Any:
    inside = np.where(rows["distance"] == 0, 1.5 * effect + units(rows, rng), 0.0)
    return 0.5 + inside + units(rows, rng) + rng.normal(size=len(rows))


def _debated(rows: pd.DataFrame, rng: np.random.Generator, effect: bool) -> Any:
    known = np.where(rows["profile"] == "personalised", effect / 3 + units(rows, rng, 0.3), 0.0)
    return known + units(rows, rng, 0.5) + 0.3 * rng.normal(size=len(rows))


def _believed(rows: pd.DataFrame, rng: np.random.Generator, effect: bool) -> Any:
    towards = (0.6 * effect + units(rows, rng, 0.3)) * rows["logit"] + units(rows, rng) + rng.normal(size=len(rows))
    return np.where(rows["p"] >= 0.5, towards, -towards)


def _moved(rows: pd.DataFrame, rng: np.random.Generator, effect: bool) -> Any:
    """The other's record leans the other way: half the sum of both pulls is what a record changes."""
    own, other = (size * effect + units(rows, rng, 0.15) for size in (0.6, 0.2))
    pull = np.select([rows["trace"] == "own", rows["trace"] == "other"], [own, other])
    return pull * rows["lean"] + units(rows, rng, 0.3) + 0.3 * rng.normal(size=len(rows))


def _told(rows: pd.DataFrame, rng: np.random.Generator, effect: bool) -> Any:
    more = np.where(rows["frame"] == "show/points", 0.3 * effect + units(rows, rng, 0.2), 0.0)
    return more + units(rows, rng) + 0.3 * rng.normal(size=len(rows))


PIPELINES = {
    "characters.lines": Pipeline(
        ("in_character", "relation"), "pairing", _pairing, 2.0,
        lambda lines, relations: characters._reading(lines, relations, np.random.default_rng(0))),
    "instructions.scope": Pipeline(("rule_scope", "rule_text"), "gain", _scoped, 1.5, instructions.about_rules),
    "persuasion.debates": Pipeline(("debate",), "shift", _debated, 1 / 3, persuasion.debating),
    "user_model.belief": Pipeline(("user_log", "user_act"), "belief", _believed, 0.6,
                                  lambda log, act: user_model._diaries(log, act, "m")),
    "choices.revision": Pipeline(("own_choices",), "stated", _moved, 0.4, choices.claims),
    "partners.show": Pipeline(("framed_game",), "lean", _told, 0.3,
                              lambda framed: [*partners._stories(framed, "m")]),
}  # fmt: skip
"""Claim id -> how it is drawn."""


def designs() -> dict[str, Make]:
    """One claim of each family."""
    return {id: simulated(id, pipeline) for id, pipeline in PIPELINES.items()}
