"""The probe on players whose strategy is known: what goes in must come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import probes
from analysis import estimate
from probes.core import Choose, Question
from probes.games.match import MEASURES
from probes.games.stimuli.opponents import STRATEGIES
from probes.games.suite.repeated_game import RepeatedGame
from probes.models import ScriptedModel

RNG = np.random.default_rng(0)
CODE = {"cooperate": "C", "defect": "D"}


def player(strategy: Callable[[str, str, np.random.Generator], str], noise: float = 0.0) -> ScriptedModel:
    """A model that reads the history from its prompt and follows a strategy, with a trembling hand."""

    def policy(question: Question) -> Any:
        assert isinstance(question, Choose)
        by_label = {label.strip(): CODE[meaning] for label, meaning in question.options.items()}
        moves = [line.split("Option ")[1:3] for line in question.transcript.turns[-1].text.splitlines()
                 if line.startswith("In round")]  # fmt: skip
        own = "".join(by_label[one[0]] for one, _ in moves)
        theirs = "".join(by_label[two[0]] for _, two in moves)
        cooperates = strategy(own, theirs, RNG) == "C"
        p = 1 - noise if cooperates else noise
        return {"cooperate": p, "defect": 1 - p}

    return ScriptedModel(policy, "scripted:known")


def measured(table: pd.DataFrame, name: str, **facts: Any) -> pd.DataFrame:
    found = table[table["measure"] == name]
    for column, value in facts.items():
        found = found[found[column] == value]
    return found


def moves(table: pd.DataFrame, against: str) -> set[str]:
    found = measured(table, "cooperates", opponent=against)
    return {"".join(group["move"]) for _, group in found.groupby("key")}


PROBE = RepeatedGame(opponents=("always_cooperate", "defect_once:4", "tit_for_tat", "always_defect"))


@pytest.mark.parametrize(
    ("name", "against", "wanted"),
    [
        ("tit_for_tat", "defect_once:4", "CCCCDCCCCC"),
        ("grim_trigger", "defect_once:4", "CCCCDDDDDD"),
        ("alternator", "always_defect", "CDCDCDCDCD"),
        ("tit_for_tat", "always_defect", "CDDDDDDDDD"),
        ("always_defect", "tit_for_tat", "DDDDDDDDDD"),
    ],
)
def test_known_strategies_come_back_move_by_move(name: str, against: str, wanted: str) -> None:
    table = probes.run(PROBE, player(STRATEGIES[name]))
    assert moves(table, against) == {wanted}


def test_points_are_those_of_the_matrix() -> None:
    table = probes.run(PROBE, player(STRATEGIES["always_defect"]))
    totals = measured(table, "points").groupby(["opponent", "key"])["value"].sum().groupby("opponent").unique()
    # By hand: 10 x 10; 9 x 10 + 5; 10 + 9 x 5; 10 x 5.
    assert {k: list(v) for k, v in totals.items()} == {
        "always_cooperate": [100], "defect_once:4": [95], "tit_for_tat": [55], "always_defect": [50]
    }  # fmt: skip


def test_a_seventy_per_cent_cooperator_lies_within_its_interval() -> None:
    probe = RepeatedGame(opponents=("always_cooperate",), repeats=6)
    table = probes.run(probe, player(lambda *_: "C", noise=0.3))
    drawn = estimate.by(table, "cooperates").iloc[0]
    assert drawn["low"] <= 0.7 <= drawn["high"]
    assert drawn["units"] == 6
    assert measured(table, "p_cooperate")["value"].to_numpy() == pytest.approx(0.7)
    # 0.7 x 8 + 0.3 x 10 against a cooperator, exactly and without sampling.
    assert measured(table, "expected_points")["value"].to_numpy() == pytest.approx(8.6)


def test_a_player_that_takes_the_first_option_is_seen_as_one() -> None:
    table = probes.run(PROBE, probes.load_model("scripted:first"))
    assert measured(table, "p_first")["value"].min() > 0.999
    assert estimate.by(table, "p_cooperate").iloc[0]["value"] == pytest.approx(0.5, abs=1e-6)


def test_a_model_that_knows_nothing_lands_on_the_declared_chance() -> None:
    table = probes.run(RepeatedGame(repeats=8), probes.load_model("scripted:uniform"))
    for name in ("p_cooperate", "p_first"):
        assert measured(table, name)["value"].mean() == pytest.approx(RepeatedGame.chance[name])
    drawn = estimate.by(table, "cooperates").iloc[0]
    assert drawn["low"] <= RepeatedGame.chance["cooperates"] <= drawn["high"]


def test_labels_and_order_leave_a_symmetric_player_untouched() -> None:
    probe = RepeatedGame(opponents=("tit_for_tat", "alternator"), labels=("JF", "XQ"), decision="argmax")
    table = probes.run(probe, player(STRATEGIES["grim_trigger"]))
    keys = ["opponent", "round", "measure"]
    spread = table[~table["measure"].isin(["p_first", "mass"])].groupby(keys)["value"].agg(lambda v: v.max() - v.min())
    assert spread.max() == 0
    first = measured(table, "p_first")
    assert first.groupby(["opponent", "round"])["value"].mean().to_numpy() == pytest.approx(0.5)


def test_a_mirrored_label_player_is_mirrored_exactly() -> None:
    """A model that loves the letter J cooperates exactly as often as one that loves F defects."""

    def loving(letter: str) -> ScriptedModel:
        return ScriptedModel(lambda q: {q.options[f" {letter}"]: 0.8, _rest(q, letter): 0.2}, f"scripted:{letter}")

    loves = {letter: loving(letter) for letter in "JF"}
    probe = RepeatedGame(opponents=("always_cooperate",), decision="argmax")
    tables = {letter: measured(probes.run(probe, model), "p_cooperate") for letter, model in loves.items()}
    for letter, table in tables.items():
        assert table["value"].mean() == pytest.approx(0.5), letter
    by_arm = {letter: table.groupby("arm")["value"].mean() for letter, table in tables.items()}
    assert (by_arm["J"] + by_arm["F"]).to_numpy() == pytest.approx(1.0)
    assert by_arm["J"].to_dict() != by_arm["F"].to_dict()


def _rest(question: Choose, letter: str) -> str:
    return next(meaning for label, meaning in question.options.items() if label != f" {letter}")


def test_self_play_asks_both_seats_and_agrees_with_itself() -> None:
    table = probes.run(RepeatedGame(opponents=("self",)), player(STRATEGIES["suspicious_tit_for_tat"]))
    found = measured(table, "points")
    assert len(found) == 4 * 10 * 2
    assert found.groupby("seat")["value"].sum().to_dict() == {"row": 200, "column": 200}  # D against D for ever
    pairs = found.pivot(index=["key", "round"], columns="seat", values="partner_points")
    own = found.pivot(index=["key", "round"], columns="seat", values="value")
    assert (pairs["row"] == own["column"]).all()


def test_another_model_sits_opposite() -> None:
    company = probes.Company(player(STRATEGIES["always_defect"]), partner=probes.load_model("scripted:first"))
    table = probes.run(RepeatedGame(opponents=("partner",)), company)
    found = measured(table, "points")
    by_first = found.groupby("first_option")["partner_move"].unique()
    assert {k: list(v) for k, v in by_first.items()} == {"cooperate": ["C"], "defect": ["D"]}


def test_a_match_against_itself_is_the_same_with_itself_as_partner() -> None:
    me = player(STRATEGIES["suspicious_tit_for_tat"])
    alone = probes.run(RepeatedGame(opponents=("self",)), me)
    both = probes.run(RepeatedGame(opponents=("partner",)), probes.Company(me, partner=me))
    row = measured(alone[alone["seat"] == "row"], "points")["value"].tolist()
    assert row == measured(both[both["seat"] == "row"], "points")["value"].tolist()


def test_a_partner_that_nobody_brought_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(ValueError, match="no such model: give load_model"):
        probes.run(RepeatedGame(opponents=("partner",)), player(STRATEGIES["always_defect"]))


def test_prediction_is_asked_first_and_told_in_the_question() -> None:
    asked: list[str] = []

    def policy(question: Question) -> Any:
        asked.append(question.transcript.turns[-1].text.splitlines()[-1])
        return "defect"

    table = probes.run(RepeatedGame(opponents=("always_cooperate",), thinking=("predict_first",)),
                       ScriptedModel(policy, "scripted:asked"))  # fmt: skip
    found = measured(table, "points")
    assert set(found["predicted"]) == {"defect"}
    assert found["p_foreseen"].max() < 1e-6
    assert (
        sum("do you predict" in line for line in asked) == sum("Given that you predict" in line for line in asked) == 40
    )


@pytest.mark.parametrize(("text", "read"), [(" J", True), ("I take F, not J.", False), ("neither", False)])
def test_free_text_is_read_or_has_no_value(text: str, read: bool) -> None:
    probe = RepeatedGame(opponents=("tit_for_tat",), decision="text")
    table = probes.run(probe, ScriptedModel(lambda _: text, "scripted:text"))
    found = measured(table, "cooperates")
    assert (found["status"] == ("ok" if read else "unscored")).all()
    assert len(found) == 40
    assert measured(table, "p_cooperate")["value"].isna().all()
    if read:
        assert set(zip(found["arm"].str.startswith("J=c") | found["arm"].str.endswith("J=cooperate"), found["value"],
                       strict=True)) == {(True, 1.0), (False, 0.0)}  # fmt: skip


def test_both_seats_are_played_unless_they_are_one() -> None:
    seats = {
        game: {trial.seated for trial in RepeatedGame(games=(game,)).trials()}
        for game in ("prisoners_dilemma", "battle_of_the_sexes", "ordinal_001")
    }
    assert seats == {"prisoners_dilemma": {"row"}, "battle_of_the_sexes": {"row", "column"},
                     "ordinal_001": {"row", "column"}}  # fmt: skip


def test_every_row_brings_the_declared_measures_and_trials_are_the_same_every_time() -> None:
    probe = RepeatedGame(games=("rock_paper_scissors", "chicken"), labels=("JFQ",), opponents=("tit_for_tat", "random"))
    table = probes.run(probe, probes.load_model("scripted:uniform"), seed=3)
    assert set(table["measure"]) == set(MEASURES)
    assert (table["status"] == "ok").all()
    again = probes.run(probe, probes.load_model("scripted:uniform"), seed=3)
    pd.testing.assert_frame_equal(table, again)


def test_reading_along_a_scripted_history_leaves_the_moves_to_the_script() -> None:
    probe = RepeatedGame(opponents=("defect_once:4",), decision="as:always_cooperate")
    table = probes.run(probe, player(STRATEGIES["grim_trigger"]))
    found = measured(table, "p_cooperate")
    assert set(found["move"]) == {"C"}
    by_round = found.groupby("round")["value"].mean()
    assert by_round.round(6).tolist() == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert (measured(table, "cooperates")["status"] == "unscored").all()
    assert measured(table, "p_same")["value"].round(6).groupby(found["round"].to_numpy()).mean().tolist() == [
        1, 1, 1, 0, 0, 0, 0, 0, 0, 0
    ]  # fmt: skip


def test_what_is_told_about_the_partner_and_the_story_is_seen_by_the_player_and_in_the_facts() -> None:
    """A player that is kind to partners who err and to cooks, and to nobody else, comes back as exactly that."""

    def policy(question: Question) -> Any:
        told = question.transcript.turns[-1].text
        return "cooperate" if "by mistake" in told or "Recipe" in told else "defect"

    probe = RepeatedGame(opponents=("tit_for_tat",), rounds=3, notes=("none", "partner_errs", "defects_once"),
                         covers=("game/points", "cooking/points", "project/credits"))  # fmt: skip
    found = measured(probes.run(probe, ScriptedModel(policy, "scripted:kind")), "cooperates")
    rates = found.groupby(["note", "cover"])["value"].mean()
    kind = {cell for cell, rate in rates.items() if rate == 1}
    assert set(rates) == {0, 1}
    assert kind == {(note, "cooking/points") for note in probe.notes} | {("partner_errs", c) for c in probe.covers}


def test_a_free_answer_that_names_no_option_is_kept_and_moves_at_random() -> None:
    """A player who mumbles in round 2: the row stays without a value, the match goes on."""

    def policy(question: Question) -> Any:
        told = question.transcript.turns[-1].text
        number = int(told.rsplit("This is round ", 1)[1].split(".")[0])
        return " hmm" if number == 2 else " J"

    probe = RepeatedGame(opponents=("always_cooperate",), rounds=4, decision="text", repeats=25)
    found = measured(probes.run(probe, ScriptedModel(policy, "scripted:mumbling")), "cooperates")
    lost = found[found["round"] == 2]
    assert (lost["status"] == "unscored").all()
    assert not lost["own_move"].any()
    assert (lost["move"] == "C").mean() == pytest.approx(0.5, abs=0.2)  # 100 coins: four standard errors
    assert (found[found["round"] != 2]["status"] == "ok").all()
