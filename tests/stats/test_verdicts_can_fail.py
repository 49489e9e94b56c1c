"""No verdict is certain before anything was asked: of models of noise every claim stays open, or nearly always.

A claim whose null lies at the edge of what its estimate can take (a divergence, a length or a size against 0) would be
"above" for each of them. Such a number is described, or compared with what noise alone gives.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from covering import units
from scipy import stats

sys.path.insert(0, str(Path(__file__).parent))
import null_reports
from test_claim_coverage import ids

import probes
from analysis.instructions.tables import people
from analysis.report.claims import Claim
from analysis.report.verdicts import ABOVE, BELOW
from analysis.user_model.tables import acts
from analysis.user_turn.findings import evidence
from probes import ScriptedModel
from probes.models.scripted import uniform

SEEDS = range(8)
EXEMPT = {
    "calibration.error": "noise is not calibrated, and this is no null of it; a calibrated model: world `error`",
    "user_turn.agreement": "labels and turns are given: no answer of the model is in it; world `agreement`",
    "user_turn.likelihood": "shared words tell more than noise; two scores that tell as much: world `area gap`",
    "user_turn.likeness": "sayings are no user's turns; turns that are: below",
    "user_model.stakes": "not testable where decisions do not follow the evidence; where they do: below",
    "instructions.exchange": "not testable where ranks weigh nothing; where they do: below",
    "persuasion.debates": "noise is no argument; of speakers who argue: world `pipeline`",
    "persuasion.informed": "as `persuasion.debates`",
    "partners.stranger": "a second model listens: world `paired difference`",
}
"""Claim -> why a model of noise is not at its null, and where its null is drawn."""
ONE_SIDED = {
    "calibration.best_kind": "the largest of several areas; its limits hold for all at once",
}
"""Claim -> why its estimate lies on one side of the null, and what keeps the verdict open."""


@cache
def judged(report: str) -> dict[str, list[Claim]]:
    """Claim id -> the claims of all models of noise, gates taken as passed, without a smallest effect of interest."""
    found = defaultdict(list)
    for seed in SEEDS:
        for claim in null_reports.REPORTS[report](seed):
            bare = claim if claim.null is None else replace(claim, gates=(), margin=0)
            found[claim.id].append(bare)
    return dict(found)


def side(claim: Claim) -> float:
    """1 where the estimate that decides lies above its null, -1 below it, 0 at it; NaN without an interval."""
    found, null = claim.decides
    return np.nan if found.low is None else float(np.sign(round(found.value - null, 12)))


@pytest.mark.slow
@pytest.mark.parametrize("report", null_reports.REPORTS)
def test_noise_decides_nothing(report):
    most = stats.binom.ppf(1 - 1e-4, len(SEEDS), 0.05)
    for id, claims in judged(report).items():
        if id in EXEMPT or claims[0].null is None:
            continue
        decided = [claim.verdict for claim in claims if claim.verdict in (ABOVE, BELOW)]
        assert len(decided) <= most, f"{id}: {len(decided)} of {len(claims)} models of noise are {set(decided)}"
        sides = [side(claim) for claim in claims if side(claim) in (1.0, -1.0)]
        assert id in ONE_SIDED or len(sides) < len(SEEDS) or len(set(sides)) > 1, f"{id}: always on one side, {sides}"


@pytest.mark.slow
def test_every_claim_that_decides_is_judged_or_says_why_not():
    made = {id: claims[0] for report in null_reports.REPORTS for id, claims in judged(report).items()}
    for id in ids():
        pattern = re.compile(re.sub(r"\bx\b", ".+", re.escape(id)))
        known = [one for one in (*made, *EXEMPT) if pattern.fullmatch(one)]
        assert known or id.startswith(("labels.", "reference.")), f"no report of noise has the claim {id}"
    tested = {id for id, claim in made.items() if claim.null is not None}
    assert len(tested) > 80
    assert "instructions.outside" not in tested, "a size is never below 0"


def evidence_only(table, rng):
    """Decisions follow the evidence; what a mistake costs is nothing to them, give or take."""
    follows, heeds = 1 + units(table, rng, 0.2), units(table, rng, 0.1)
    return follows * table["logit"] + heeds * np.log(table["lose"] / 12) + 0.5 * rng.normal(size=len(table))


def ranks_only(table, rng):
    """A rank weighs 1 nat, the last word nothing, give or take."""
    return (1 + units(table, rng, 0.25)) * table["ranks_more"] + units(table, rng, 0.1) * table["last"]


RATIOS = {
    "user_model.stakes": ("user_act", evidence_only, acts.sensitivity),
    "instructions.exchange": (
        "principals", ranks_only, lambda table: people.exchange(table, np.random.default_rng(0))),
}  # fmt: skip
"""Claim that is a share of an effect -> probe, leanings that have the effect and none of the share, estimate."""


@pytest.mark.slow
@pytest.mark.parametrize("id", RATIOS)
def test_a_share_of_an_effect_can_be_nothing(id):
    name, simulate, estimated = RATIOS[id]
    table, rng = probes.run(probes.suite[name].sized("small"), ScriptedModel(uniform)), np.random.default_rng(0)
    rows = table[table["measure"] == "lean"].reset_index(drop=True)
    made = [Claim("?", estimated(rows.assign(value=simulate(rows, rng))), "", 0.0) for _ in SEEDS]
    assert sum(claim.verdict in (ABOVE, BELOW) for claim in made) <= stats.binom.ppf(1 - 1e-4, len(SEEDS), 0.05)
    assert {side(claim) for claim in made} == {1.0, -1.0}


@pytest.mark.slow
def test_turns_of_users_are_as_like_a_user_as_other_turns_of_users():
    """What is written are real turns of other contexts: "above" or "below" would be false."""
    table = null_reports.asked("user_turn", 0)
    real = probes.suite["user_turn_likelihood"](per_domain=200).turns()
    rng, decided = np.random.default_rng(0), 0
    for _ in SEEDS:
        first, second = np.split(rng.permutation([*real]), [len(real) // 2])
        written = table.assign(text=rng.choice([real[name] for name in first], len(table)))
        (claim,) = evidence.likeness(written, {name: real[name] for name in second}, "m")
        decided += replace(claim, margin=0).verdict in (ABOVE, BELOW)
    assert decided <= stats.binom.ppf(1 - 1e-4, len(SEEDS), 0.05)
