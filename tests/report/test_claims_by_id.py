"""Claims are found by id: with every question, subject and topic reworded, everything that reads claims still works."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from run_folders import finished

from analysis import atlas, claims
from analysis.atlas.tables.survey import AXES
from analysis.context.findings.own_words import OVERALL
from analysis.games import findings
from analysis.games.findings import one_shot
from analysis.report.claims import Claim
from analysis.stats.fits._units import Estimate
from runner.cards import cards, headline

FOUND = Estimate(0.6, 0.5, 0.7, 0.95, 9, 9, 9, 9, "Wilson")
CLOSED = claims.option_mass(0.1)


def reworded(made: list[Claim]) -> list[Claim]:
    return [replace(one, question=f"Wording {k}?", subject="x", topic="y") for k, one in enumerate(made)]


def test_published_players_stand_beside_the_same_claims():
    made = [findings._card(name, FOUND, (), None) for name in findings.TEXTS]
    here, there = (findings.beside(given, "ours").drop(columns="question") for given in (made, reworded(made)))
    assert here.equals(there)
    assert here["GPT-4"].notna().all()


@pytest.mark.parametrize("gates", [(), (CLOSED,)])
def test_the_atlas_reads_the_gates_of_the_claim_an_axis_names(tmp_path, gates):
    about = AXES["cooperation"]
    row = {"measure": about["measure"], "value": 0.5, "status": "ok", "cluster": "c", "game": "prisoners_dilemma"}
    finished(tmp_path / "run-1", about["probe"], [row])
    made = replace(findings._card("cooperates", FOUND, gates, None), question="In other words?")
    claims.publish([made], tmp_path / "run-1")
    assert atlas.survey(tmp_path).gates["cooperation", "m"] == "option mass" * bool(gates)


def test_a_page_puts_details_behind_and_names_what_they_detail(tmp_path):
    whole = Claim("Whole?", FOUND, "probability", id="a.whole")
    made = [replace(whole, id="a.first"), replace(whole, id="a.whole.part", part_of="a.whole"), whole]
    orders = []
    for k, given in enumerate((made, reworded(made))):
        claims.publish(given, tmp_path / str(k))
        first, _ = headline(cards(json.loads((tmp_path / str(k) / "claims.json").read_text())))
        orders.append([card["id"] for card in first])
        assert first[2]["question"] == given[1].question
        assert first[2]["whole"] == {"id": "a.whole", "question": given[2].question}
    assert orders == [["a.first", "a.whole", "a.whole.part"]] * 2


def test_the_claims_that_axes_name_are_made():
    """Those of user_turn and minds are checked where their claims are made."""
    made = {f"games.{name}" for name in findings.TEXTS} | {f"one_shot.{role}" for role in one_shot.QUESTIONS}
    named = {axis["claim"] for axis in AXES.values() if "claim" in axis}
    assert named - {"user_turn.question", "minds.shifts"} <= made | {OVERALL}
