"""From the prompt to the card in the newer families: scripted models with an effect, or none, that answer with noise.

The probes are asked at their default size, and the report's own functions make the card. Coverage of each kind of
claim is in docs/coverage.md; here it is whether an effect, or none, arrives at the other end.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

sys.path.extend(str(path) for path in Path(__file__).parents[1].iterdir() if path.is_dir())
import choice_reader
import readers
import test_in_character
import test_partners
import test_principals
import test_speaking

import probes
from analysis.characters import findings as characters
from analysis.choices import findings as choices
from analysis.games.findings import partners
from analysis.instructions import findings as instructions
from analysis.persuasion import findings as persuasion
from analysis.user_model import findings as user_model
from probes import Choose, ScriptedModel
from probes.models.scripted import uniform

RUNS = 100


def noisy(model: ScriptedModel, seed: int, sd: float = 1.0) -> ScriptedModel:
    """The model with noise of this SD, in nats, on every option and text; the same prompt brings the same noise."""

    def policy(question: Any) -> Any:
        said = model.policy(question)
        seen = zlib.crc32(repr((question.transcript, getattr(question, "text", ""))).encode())
        rng = np.random.default_rng([seed, seen])
        if not isinstance(question, Choose):
            nats = np.broadcast_to(said, 1 + len(question.contexts))
            return [float(one) for one in nats + sd * rng.normal(size=len(nats))]
        shares = said if isinstance(said, dict) else {said: 1.0}
        weights = {name: max(share, 1e-6) * np.exp(sd * rng.normal()) for name, share in shares.items()}
        return {name: float(weight / sum(weights.values())) for name, weight in weights.items()}

    return ScriptedModel(policy, f"{model.name} {seed} {sd}")


@dataclass(frozen=True)
class Report:
    """A claim, the probes that are asked, the rest of what its report needs, and the model with an effect or none."""

    names: tuple[str, ...]
    model: Callable[[float, int], ScriptedModel]
    claims: Callable[..., Any]
    others: tuple[str, ...] = ()


@cache
def blank(name: str) -> pd.DataFrame:
    """A probe asked of a model that knows nothing: what else a report is made from."""
    return asked(name, ScriptedModel(uniform))


def asked(name: str, model: ScriptedModel) -> pd.DataFrame:
    return probes.run(probes.suite[name].sized("small"), model)


REPORTS = {
    "characters.lines": Report(
        ("in_character", "relation"), lambda effect, seed: test_in_character.reader(effect, 1.0, seed),
        lambda lines, relations: characters._reading(lines, relations, np.random.default_rng(0))),
    "instructions.rank": Report(
        ("principals",), lambda effect, seed: test_principals.decider((effect, 0.5, 0.0, 0.3), noise=1.0, seed=seed),
        lambda *tables: instructions.about_people(*tables, np.random.default_rng(0)), ("secrets", "secret_text")),
    "persuasion.extra": Report(
        ("opinion",), lambda effect, seed: noisy(test_speaking.listener("fair", 0.1 + effect / 2), seed, 0.3),
        lambda heard, *rest: persuasion.claims(rest[0], heard, *rest[1:]), ("appeals", "steering_partner", "debate")),
    "user_model.belief": Report(
        ("user_log",),
        lambda effect, seed: noisy(readers.believer(lambda read: effect * read.logit(), f"believer {effect}"), seed),
        lambda log, act: user_model._diaries(log, act, "m"), ("user_act",)),
    "choices.gender": Report(
        ("own_choices",), lambda effect, seed: noisy(choice_reader.Reader(weights={"gender": effect}).model(), seed),
        choices.claims),
    "partners.show": Report(
        ("framed_game",), lambda effect, seed: noisy(test_partners.framed(effect), seed, 0.5),
        lambda framed: [*partners._stories(framed, "m")]),
}  # fmt: skip


def verdict(id: str, effect: float, seed: int) -> str:
    """The verdict of a claim, its gates taken as passed."""
    report = REPORTS[id]
    tables = [asked(name, report.model(effect, seed)) for name in report.names]
    made = {claim.id: claim for claim in report.claims(*tables, *map(blank, report.others))}
    return replace(made[id], gates=(), margin=0).verdict


@pytest.mark.slow
@pytest.mark.parametrize("id", REPORTS)
def test_an_effect_arrives_and_nothing_brings_nothing(id):
    false = sum(verdict(id, 0.0, seed) in ("above", "below") for seed in range(RUNS))
    assert false <= stats.binom.ppf(0.99, RUNS, 0.05)
    assert sum(verdict(id, 1.0, seed) == "above" for seed in range(10)) >= 8
