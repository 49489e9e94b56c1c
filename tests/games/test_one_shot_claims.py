"""Claims about one-shot games and foresight, on players whose answers are known; the article's figures found again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import probes
from analysis.games import tables
from analysis.games.findings import one_shot, released
from analysis.games.tables import side_by_side
from analysis.report.claims import Cards
from probes.core import Choose, Question
from probes.models import ScriptedModel

FOLDER = Path(__file__).parents[2] / "../shared/data/akata_repeatedgames"
KEPT = ("give_0", "offer_0", "send_0", "return_0", "put_0")


def proud(question: Question) -> Any:
    """Keeps everything, refuses less than a half, and knows that a player who took turns goes on doing so."""
    assert isinstance(question, Choose)
    names = list(question.options.values())
    if "refuse" in names:
        words = question.transcript.turns[-1].text.split()
        offer = int(words[words.index("for") - 1])
        stake = int(words[words.index("points.") - 1])
        return "refuse" if 2 * offer < stake else "accept"
    if set(names) & {"opera", "football"}:
        number = int(question.transcript.turns[-1].text.rsplit("This is round ", 1)[1].split(".")[0])
        return "opera" if number % 2 else "football"
    return next((name for name in names if name in KEPT or name.endswith("_0")), names[0])


def test_a_proud_and_selfish_player_is_described_as_one() -> None:
    model = ScriptedModel(proud, "scripted:proud")
    given = probes.run(probes.suite["one_shot_game"](stakes=(10, 20, 100)), model)
    seen = probes.run(probes.suite["game_prediction"](pairs=("always_defect/alternator",)), model)
    made = Cards(one_shot.claims(given, seen))
    assert len(made) == 5 + 1 + 2
    for role in one_shot.QUESTIONS:
        assert made[f"one_shot.{role}"].estimate.value == pytest.approx(0, abs=1e-6)
    assert made["one_shot.refusals"].estimate.value == pytest.approx(1)
    assert all(made[f"one_shot.foresight.{view}"].estimate.value == pytest.approx(1) for view in one_shot.FORESEEN)
    refused = tables.one_shot.refusals(given).set_index("share_offered")["value"]
    assert refused.round(6).to_dict() == {0.2: 1, 0.4: 1, 0.6: 0, 0.8: 0, 1.0: 0}


def test_a_player_by_position_fails_the_gate() -> None:
    first = probes.load_model("scripted:first")
    given = probes.run(probes.suite["one_shot_game"](stakes=(10,)), first)
    seen = probes.run(probes.suite["game_prediction"](), first)
    assert {claim.verdict for claim in one_shot.claims(given, seen)[:6]} == {"instrument not valid for this model"}


@pytest.mark.real_data
@pytest.mark.skipif(not FOLDER.exists(), reason="the public data folder is not beside this checkout")
def test_every_figure_found_is_the_one_that_stands_beside_it() -> None:
    table = side_by_side.table(FOLDER).set_index("figure")
    assert len(table) >= 25
    for name, line in table.iterrows():
        beside = line["script"] if np.isnan(line["corrected"]) else line["corrected"]
        assert line["found"] == pytest.approx(beside, abs=6e-3, rel=5e-4), name


@pytest.mark.real_data
@pytest.mark.skipif(not FOLDER.exists(), reason="the public data folder is not beside this checkout")
def test_with_honest_units_only_people_in_the_battle_of_the_sexes_differ() -> None:
    verdicts = [claim.verdict for claim in released.claims(FOLDER)]
    assert verdicts == ["ruled out", *["inconclusive"] * 3, "above", "inconclusive"]


def test_people_stand_beside_the_shares_with_their_evidence() -> None:
    given = probes.run(probes.suite["one_shot_game"](stakes=(10, 20)), probes.load_model("scripted:uniform"))
    found = tables.one_shot.shares(given).set_index("role")
    assert found.loc["dictator", ["value", tables.one_shot.UNIFORM]].tolist() == pytest.approx([0.5, 0.5])
    assert found.loc["dictator", "evidence"] == "from memory, not checked"
    assert found.loc["ultimatum proposer", ["people", "evidence"]].tolist() == [0.4, "abstract"]
    assert pd.isna(found.loc["ultimatum responder", "people"])
