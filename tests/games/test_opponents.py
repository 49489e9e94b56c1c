"""Scripted opponents: their moves, written out by hand from their definitions."""

from __future__ import annotations

import json

import numpy as np
import pytest

import probes
from probes.games.players import Scripted, opponent
from probes.games.scene import Condition, scenes
from probes.games.stimuli.opponents import STRATEGIES, files

THEIRS = "CCDCDDCCCC"


def played(name: str, theirs: str = THEIRS, seed: int = 0) -> str:
    rng, own = np.random.default_rng(seed), ""
    for k in range(len(theirs)):
        own += STRATEGIES[name](own, theirs[:k], rng)
    return own


@pytest.mark.parametrize(
    ("name", "moves"),
    [
        ("always_cooperate", "CCCCCCCCCC"),
        ("always_defect", "DDDDDDDDDD"),
        ("defect_once", "DCCCCCCCCC"),
        ("defect_once:4", "CCCDCCCCCC"),
        ("alternator", "CDCDCDCDCD"),
        ("alternator_from_d", "DCDCDCDCDC"),
        ("tit_for_tat", "CCCDCDDCCC"),
        ("suspicious_tit_for_tat", "DCCDCDDCCC"),
        ("reverse_tit_for_tat", "DDDCDCCDDD"),
        ("tit_for_two_tats", "CCCCCCDCCC"),
        ("hard_tit_for_tat", "CCCDDDDDDC"),
        ("grim_trigger", "CCCDDDDDDD"),
        ("win_stay_lose_shift", "CCCDDCDDDD"),
        ("naive_prober:0", "CCCDCDDCCC"),
        ("naive_prober:1", "DDDDDDDDDD"),
        ("generous_tit_for_tat:0", "CCCDCDDCCC"),
        ("random:1", "CCCCCCCCCC"),
    ],
)
def test_moves_by_hand(name: str, moves: str) -> None:
    # win_stay_lose_shift: after CC C, CC C, CD D, DC D, DD C, CD D, DC D, DC D, DC D.
    assert played(name) == moves


@pytest.mark.parametrize("name", list(STRATEGIES))
def test_no_state_survives_a_match(name: str) -> None:
    first = played(name, "DDDDDDDDDD", seed=1)
    assert played(name, "DDDDDDDDDD", seed=1) == first
    assert set(first) <= {"C", "D"}


def test_rates_of_the_random_ones() -> None:
    # 4 standard errors of a proportion over 4000 moves: 0.029 at 0.7, 0.019 at 0.1.
    assert abs(played("random:0.7", "C" * 4000).count("C") / 4000 - 0.7) < 0.029
    assert abs(played("naive_prober:0.1", "C" * 4000).count("D") / 4000 - 0.1) < 0.019


def test_scripts_play_the_actions_of_their_own_seat() -> None:
    game = probes.games["battle_of_the_sexes"]
    rng = np.random.default_rng(0)
    for seat, wanted in (("row", "football"), ("column", "opera")):
        script = Scripted(game.seen_from(seat), STRATEGIES["always_cooperate"]).move([], rng)
        with pytest.raises(StopIteration) as end:
            next(script)
        assert end.value.value.action == wanted


def test_a_table_from_a_file_plays_its_moves(tmp_path) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({"": "J", "J": "F", "F": "J"}))
    scene = scenes(probes.games["prisoners_dilemma"], "row", "JF", Condition(), 2)[0]
    player = opponent(f"table:{path}", scene)
    for past, wanted in (([], "cooperate"), ([("cooperate", "cooperate")], "defect"),
                         ([("cooperate", "defect")], "cooperate")):  # fmt: skip
        with pytest.raises(StopIteration) as end:
            next(player.move(past, np.random.default_rng(0)))
        assert end.value.value.action == wanted
    path.write_text(json.dumps({"J": "maybe"}))
    with pytest.raises(ValueError, match=r"policy\.json"):
        files.read(path)


def test_unknown_names_say_what_there_is() -> None:
    with pytest.raises(KeyError, match="tit_for_tat"):
        STRATEGIES["tit_for_tats"]
    with pytest.raises(KeyError, match="no parameter"):
        STRATEGIES["tit_for_tat:3"]


def test_axelrod_library_agrees_where_installed() -> None:
    pytest.importorskip("axelrod", reason="the Axelrod library is not installed")
    rng = np.random.default_rng(0)
    pairs = {"tit_for_tat": "TitForTat", "grim_trigger": "Grudger", "tit_for_two_tats": "TitFor2Tats",
             "hard_tit_for_tat": "HardTitForTat", "suspicious_tit_for_tat": "SuspiciousTitForTat",
             "win_stay_lose_shift": "WinStayLoseShift", "alternator": "Alternator"}  # fmt: skip
    from probes.games.stimuli.opponents import library

    for ours, theirs in pairs.items():
        own, strategy = "", library.strategy(theirs)
        for k in range(len(THEIRS)):
            own += strategy(own, THEIRS[:k], rng)
        assert own == played(ours), ours
