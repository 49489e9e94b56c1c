"""The strategy tree, prediction and one-shot probes on players whose answers are known."""

from __future__ import annotations

from typing import Any

import pytest

import probes
from probes.core import Choose, Question
from probes.games.stimuli.one_shot import ONE_SHOT
from probes.games.suite.game_prediction import GamePrediction
from probes.games.suite.one_shot_game import OneShotGame
from probes.games.suite.strategy_tree import StrategyTree
from probes.models import ScriptedModel


def test_the_tree_holds_every_history_once() -> None:
    table = probes.run(StrategyTree(depth=3, rounds=10), probes.load_model("scripted:uniform"))
    found = table[table["measure"] == "p_cooperate"]
    assert found.groupby("key")["history"].nunique().unique() == [1 + 4 + 16]
    assert len(found) == 4 * 21
    assert set(found["state"]) == {"start", "CC", "CD", "DC", "DD"}
    assert (found["history"].str.split().str.len().fillna(0) + 1 == found["round"]).all()


def test_a_tree_deeper_than_the_game_is_refused() -> None:
    with pytest.raises(ValueError, match="announced"):
        list(StrategyTree(depth=4, rounds=3).trials())


def test_prediction_knows_a_model_that_sees_through_the_alternator() -> None:
    def policy(question: Question) -> Any:
        assert isinstance(question, Choose)
        number = int(question.transcript.turns[-1].text.rsplit("This is round ", 1)[1].split(".")[0])
        return "opera" if number % 2 else "football"  # the column player's C is opera, which the alternator opens with

    table = probes.run(GamePrediction(pairs=("random/alternator",)), ScriptedModel(policy, "scripted:seer"))
    found = table[table["measure"] == "foresees"]
    assert found["value"].min() == 1
    assert set(found["view"]) == {"player", "observer"}


@pytest.mark.parametrize("kind", [GamePrediction, OneShotGame, StrategyTree])
def test_a_model_that_knows_nothing_lands_on_the_declared_chance(kind: Any) -> None:
    table = probes.run(kind(), probes.load_model("scripted:uniform"))
    assert set(table["measure"]) == set(kind.measures)
    for measure, chance in kind.chance.items():
        assert table[table["measure"] == measure]["value"].mean() == pytest.approx(chance)


def test_one_shot_pay_offs_by_hand() -> None:
    found = {}
    for name in ONE_SHOT:
        for one in ONE_SHOT[name].situations(10):
            found[one.role, one.given] = {option.name: (option.own, option.share) for option in one.options}
    assert found["dictator", 0]["give_4"] == (6, 0.4)
    assert found["ultimatum_proposer", 0]["offer_0"] == (0, 0)
    assert found["ultimatum_proposer", 0]["offer_2"] == (8, 0.2)
    assert found["ultimatum_responder", 4] == {"accept": (4, 0), "refuse": (0, 0.4)}
    assert found["trust_investor", 0]["send_10"] == (0, 1)
    assert found["trust_trustee", 4]["return_2"] == pytest.approx((12 - 4.8, 0.4))
    assert found["public_goods", 0]["put_10"] == (5, 1)  # 10 x 2 / 4 comes back
    assert ("ultimatum_responder", 0) not in found


def test_selfish_players_do_what_the_theory_says() -> None:
    selfish = {one.role: one.selfish for name in ONE_SHOT for one in ONE_SHOT[name].situations(10)}
    assert selfish == {
        "dictator": ("give_0",),
        "ultimatum_proposer": ("offer_2",),
        "ultimatum_responder": ("accept",),
        "trust_investor": ("send_0",),
        "trust_trustee": ("return_0",),
        "public_goods": ("put_0",),
    }


def test_texts_name_the_amounts_of_their_options() -> None:
    for name in ONE_SHOT:
        for one in ONE_SHOT[name].situations(20):
            for option in one.options:
                if not option.name.startswith(("accept", "refuse")):
                    given, kept = [float(word.strip(".")) for word in option.text.split() if word[0].isdigit()]
                    assert given / (given + kept) == pytest.approx(option.share)


def test_a_generous_player_is_read_at_every_place() -> None:
    def policy(question: Question) -> Any:
        assert isinstance(question, Choose)
        names = list(question.options.values())
        return next((name for name in names if name in ("give_4", "offer_4", "send_4", "put_4", "return_2")), "refuse")

    table = probes.run(OneShotGame(stakes=(10,)), ScriptedModel(policy, "scripted:generous"))
    shares = table[table["measure"] == "share"].groupby(["role", "given"])["value"].agg(["mean", "std"])
    assert shares.drop("ultimatum_responder")["mean"].to_numpy() == pytest.approx(0.4)
    assert shares.loc["ultimatum_responder"]["mean"].tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert shares["std"].max() < 1e-6
    excess = table[table["measure"] == "first_excess"].groupby(["role", "given"])["value"].mean()
    assert excess.abs().max() < 1e-6
