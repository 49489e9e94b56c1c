"""Claims and figures on players whose character is known, and the published numbers beside them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import probes
from analysis.games import findings
from analysis.games.plots import (
    cooperation_by_round,
    family_scores,
    forgiveness,
    memory_one,
    robustness,
    strategy_mixture,
    tournament,
)
from analysis.games.tables import published
from probes.core import Choose, Question
from probes.games.stimuli.covers import COVERS
from probes.games.stimuli.opponents import STRATEGIES
from probes.models import ScriptedModel

mpl.use("Agg")
FOLDER = Path(__file__).parents[2] / "../shared/data/akata_repeatedgames"
NOUNS = [COVERS[name].option for name in COVERS]
COVER = {"covers": ("game/points", "cooking/points", "project/credits"), "tied": True}


@pytest.mark.parametrize("tied", [True, False])
def test_a_letter_that_keeps_its_place_is_named_beside_the_place(tied):
    """Tied: whoever always takes J seems to take the first option; crossed, this averages out."""

    def takes_j(question):
        return next(meaning for label, meaning in question.options.items() if label.strip() == "J")

    table = probes.run(probes.suite.repeated_game(**{**COVER, "tied": tied}, rounds=2), ScriptedModel(takes_j))
    card = findings.position(table)
    assert card.estimate.value == pytest.approx(1.0 if tied else 0.5, abs=1e-9)
    assert card.subject.endswith("or of its letter") is tied


def label_of(part: str) -> str:
    return next(part.split(noun + " ")[1][0] for noun in NOUNS if noun + " " in part)


def answering(strategy: str, last_round: str = "") -> ScriptedModel:
    """A model that follows a strategy in words of any cover story; in an announced last round it plays `last_round`."""
    rng = np.random.default_rng(0)

    def policy(question: Question) -> Any:
        assert isinstance(question, Choose)
        meanings = {label.strip(): meaning for label, meaning in question.options.items()}
        text = question.transcript.turns[-1].text
        letters = {"cooperate": "C", "defect": "D", "opera": "J", "football": "F"}
        own = theirs = ""
        for line in text.splitlines():
            if line.startswith("In round"):
                mine, yours = line.split(" and ")[:2]
                own, theirs = own + letters[meanings[label_of(mine)]], theirs + letters[meanings[label_of(yours)]]
        if "opera" in meanings.values():  # knows the alternator: it opens with the other's favourite and takes turns
            return {"J": "football", "F": "opera"}[theirs[-1]] if theirs else "opera"
        said = STRATEGIES[strategy](own, theirs, rng)
        if last_round and "10 rounds in total" in text and len(own) == 9:
            said = last_round
        return {"C": "cooperate", "D": "defect"}[said]

    return ScriptedModel(policy, f"scripted:{strategy}{last_round}")


@cache
def cards(strategy: str, last_round: str = "") -> dict[str, Any]:
    model = answering(strategy, last_round)
    games = ("prisoners_dilemma", "battle_of_the_sexes")
    play = probes.suite["repeated_game"](games, ("tit_for_tat", "alternator"), **COVER)
    along = probes.suite["scripted_history"](labels=("JF", "XQ"), **COVER)
    made = findings.claims(probes.run(play, model), probes.run(along, model))
    return {claim.id.removeprefix("games."): claim for claim in made}


def value(name: str, strategy: str, last_round: str = "") -> float:
    return round(float(cards(strategy, last_round)[name].estimate.value), 6)


def test_tit_for_tat_cooperates_reacts_and_forgives() -> None:
    assert value("cooperates", "tit_for_tat") > 0.5
    assert value("reacts", "tit_for_tat") == -1
    assert value("forgives", "tit_for_tat") == 0


def test_grim_never_forgives_and_a_cooperator_does_not_even_react() -> None:
    assert value("reacts", "grim_trigger") == value("forgives", "grim_trigger") == -1
    assert value("reacts", "always_cooperate") == value("forgives", "always_cooperate") == 0
    assert cards("grim_trigger")["forgives"].estimate.units == 3  # covers


def test_planning_against_the_end_is_seen_only_where_it_is_planned() -> None:
    assert value("end", "tit_for_tat") == 0
    assert value("end", "tit_for_tat", "D") == -1


def test_turn_taking_is_seen() -> None:
    assert value("coordinates", "tit_for_tat") == 1


def test_a_player_by_position_is_reported_as_not_playing() -> None:
    play = probes.suite["repeated_game"](("prisoners_dilemma",), ("tit_for_tat",), **COVER)
    along = probes.suite["scripted_history"](**COVER)
    model = probes.load_model("scripted:first")
    made = findings.claims(probes.run(play, model), probes.run(along, model))
    assert made[0].estimate.value == pytest.approx(1)
    assert {claim.verdict for claim in made[1:]} == {"instrument not valid for this model"}
    beside = findings.beside(made, "first")["first (95 %)"]
    assert beside.iloc[0].startswith("100.0")
    assert set(beside.iloc[1:]) == {"no result"}


def test_published_players_stand_beside_ours() -> None:
    found = findings.beside(list(cards("tit_for_tat").values()), "ours").set_index("question")
    assert found.loc[findings.TEXTS["forgives"][0], "GPT-4"] == -100
    assert found.loc[findings.TEXTS["cooperates"][0], "people"] == pytest.approx(47.74)
    assert found.loc[findings.TEXTS["position"][0], "Llama 2"] == pytest.approx(94.78)
    assert pd.isna(found.loc[findings.TEXTS["position"][0], "people"])
    assert found.loc[findings.TEXTS["end"][0], "ours (95 %)"] == "0.0"


@pytest.mark.real_data
@pytest.mark.skipif(not FOLDER.exists(), reason="the public data folder is not beside this checkout")
def test_the_stored_figures_are_those_of_the_released_data() -> None:
    again = published.recompute(FOLDER).set_index(["question", "who"])["value"].round(4)
    stored = published.table().set_index(["question", "who"])["value"]
    pd.testing.assert_series_equal(stored.sort_index(), again.sort_index())


@cache
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    model = probes.load_model("scripted:uniform")
    play = probes.suite["repeated_game"](("prisoners_dilemma",), ("tit_for_tat", "alternator"), **COVER)
    return probes.run(play, model), probes.run(probes.suite["scripted_history"](**COVER), model)


RNG = np.random.default_rng(0)
FIGURES = {
    "family_scores": (family_scores, lambda t: family_scores.prepare(t)),
    "tournament": (tournament, lambda t: tournament.prepare(t)),
    "cooperation_by_round": (cooperation_by_round, lambda t: cooperation_by_round.prepare(t)),
    "memory_one": (memory_one, lambda t: memory_one.prepare(t)),
    "robustness": (robustness, lambda t: robustness.prepare(t)),
    "strategy_mixture": (strategy_mixture, lambda t: strategy_mixture.prepare(t, RNG)),
}


@pytest.mark.parametrize("name", list(FIGURES))
@pytest.mark.parametrize("rows", ["none", "one trial", "all"])
def test_figures_of_empty_small_and_full_tables(name: str, rows: str) -> None:
    module, prepare = FIGURES[name]
    table = tables()[0]
    table = {"none": table.iloc[:0], "one trial": table[table["key"] == table["key"].iloc[0]], "all": table}[rows]
    lines = prepare(table)
    assert len(lines) == 0 or rows != "none"
    ax = module.draw(lines)
    ax.figure.canvas.draw()
    assert ax.get_xlabel() or ax.get_ylabel() or ax.get_title() or ax.texts or not len(lines)
    mpl.pyplot.close(ax.figure)


@pytest.mark.parametrize("rows", ["none", "all"])
def test_the_forgiveness_curve_of_nobody_and_of_a_coin(rows: str) -> None:
    table = tables()[1] if rows == "all" else tables()[1].iloc[:0]
    lines = forgiveness.prepare(table)
    assert len(lines) == (10 if rows == "all" else 0)
    assert not lines["value"].abs().max() > 1e-9
    mpl.pyplot.close(forgiveness.draw(lines).figure)
