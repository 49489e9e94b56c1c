"""Every sentence a player reads is read back and compared with the matrix, for both seats and every cover story."""

from __future__ import annotations

import re

import pytest

import probes
from probes.games.scene import Condition, scenes
from probes.games.stimuli.covers import COVERS
from probes.games.wording import ask, history, prediction, question, rules

COVER_NAMES = [f"{name}/{currency}" for name in COVERS for currency in COVERS[name].currencies]
RULE = re.compile(
    r"^If (?P<me>.+?) chooses? (?P<noun>\w+) (?P<own>\w) and (?P<you>.+?) chooses \w+ (?P<other>\w), "
    r"then (?P=me) (?:win|get|earn|lose)s? (?P<a>[\d.]+) .+? and (?P=you) (?:win|get|earn|lose)s (?P<b>[\d.]+) .+?\.$"
)


def read_matrix(sentences: list[str], to_action: dict[str, str]) -> dict[tuple[str, str], tuple[float, float]]:
    """(own action, other's action) -> pay-offs, from the sentences alone."""
    found = {}
    for sentence in sentences:
        match = RULE.match(sentence)
        assert match, sentence
        found[to_action[match["own"]], to_action[match["other"]]] = float(match["a"]), float(match["b"])
    return found


@pytest.mark.parametrize("view", ["player", "observer"])
@pytest.mark.parametrize("seat", ["row", "column"])
def test_rule_sentences_state_the_matrix_from_both_seats(seat: str, view: str) -> None:
    # The released player-2 prompt of Akata et al. exchanges the two off-diagonal pay-offs; this fails on it.
    for name in probes.games:
        game = probes.games[name]
        labels = "JFQ"[: len(game.actions[0])]
        for scene in scenes(game, seat, labels, Condition(), 10):
            told = read_matrix(rules(scene, view), scene.arm.options)
            for row, column in game.outcomes():
                mine, yours = (row, column) if seat == "row" else (column, row)
                points = game.points(row, column)
                assert told[mine, yours] == (points if seat == "row" else points[::-1]), (name, seat)
            assert len(told) == len(list(game.outcomes()))


@pytest.mark.parametrize("cover", COVER_NAMES)
def test_every_cover_story_states_the_same_matrix(cover: str) -> None:
    game = probes.games["battle_of_the_sexes"]
    scene = scenes(game, "column", "XQ", Condition(cover), 10)[2]
    assert read_matrix(rules(scene), scene.arm.options)["opera", "opera"] == (7, 10)
    text = ask(scene, [("opera", "football")], question(scene, 2)).turns[-1].text
    assert "{" not in text
    assert not re.search(r"\b1 (points|dollars|coins|votes|credits|prize tokens|bonus rewards)\b", text)


def test_labels_and_order_are_all_that_arms_change() -> None:
    game = probes.games["prisoners_dilemma"]
    every = scenes(game, "row", "JF", Condition(), 10)
    assert len({scene.arm for scene in every}) == 4
    for action in game.actions[0]:
        assert sum(scene.arm.first == action for scene in every) == 2
        assert sum(scene.arm.label(action) == "J" for scene in every) == 2
    past = [("cooperate", "defect"), ("defect", "defect")]
    texts = [ask(scene, past, question(scene, 3)).turns[0].text for scene in every]
    assert len({"".join(sorted(text)) for text in texts}) <= 2  # the same letters but for the exchange of J and F
    assert len({"".join(sorted(re.sub(r"\b[JF]\b", "_", text))) for text in texts}) == 1


def test_no_action_word_leaks_into_a_prompt() -> None:
    for name in (
        "prisoners_dilemma",
        "battle_of_the_sexes",
        "stag_hunt",
        "chicken",
        "matching_pennies",
        "coordination",
    ):
        game = probes.games[name]
        scene = scenes(game, "row", "JF", Condition(), 10)[0]
        past = [(game.actions[0][0], game.actions[1][1])]
        asked = ask(scene, past, question(scene, 2, game.actions[1][0])).turns[0].text
        assert not any(re.search(rf"\b{action}\b", asked) for action in (*game.actions[0], *game.actions[1]))


def test_history_tells_moves_and_points_from_the_seat_of_the_reader() -> None:
    scene = scenes(probes.games["battle_of_the_sexes"], "column", "JF", Condition(), 10)[0]
    assert scene.arm.options == {"J": "opera", "F": "football"}
    assert history(scene, [("football", "opera"), ("opera", "opera")]) == [
        "In round 1, you chose Option F and the other player chose Option J. "
        "You won 0 points and the other player won 0 points.",
        "In round 2, you chose Option J and the other player chose Option J. "
        "You won 7 points and the other player won 10 points.",
    ]


@pytest.mark.parametrize(("memory", "rounds_told"), [("full", [1, 2, 3]), ("last", [3]), ("none", [])])
def test_memory_shows_what_it_says(memory: str, rounds_told: list[int]) -> None:
    scene = scenes(probes.games["prisoners_dilemma"], "row", "JF", Condition(memory=memory), 10)[0]
    text = ask(scene, [("cooperate", "defect")] * 3, question(scene, 4)).turns[0].text
    assert [int(n) for n in re.findall(r"In round (\d+),", text)] == rounds_told
    assert "This is round 4." in text


def test_horizon_note_and_prediction_are_told() -> None:
    game = probes.games["prisoners_dilemma"]
    told = {}
    for horizon in ("announced", "indefinite", "ending_40", "unstated"):
        scene = scenes(game, "row", "JF", Condition(horizon=horizon, note="defects_once"), 10)[0]
        told[horizon] = ask(scene, [], question(scene, 1)).turns[0].text
    assert "10 rounds in total" in told["announced"]
    assert "not fixed" in told["indefinite"]
    assert "40 %" in told["ending_40"]
    assert "rounds in total" not in told["unstated"]
    assert "will choose Option F in exactly one of the rounds" in told["unstated"]
    scene = scenes(game, "row", "JF", Condition(), 10)[0]
    assert "predict that the other player chooses, Option J or Option F?" in prediction(scene, 1)
    assert "predict that Player B chooses" in prediction(scene, 1, "observer")
    assert "the other player chooses Option F in this round" in question(scene, 1, "defect")


def test_a_persona_stands_before_the_rules() -> None:
    scene = scenes(probes.games["chicken"], "row", "JF", Condition(persona="nurse"), 10)[0]
    assert [turn.role for turn in ask(scene, [], question(scene, 1))] == ["system", "user"]


def test_a_condition_that_does_not_exist_is_refused() -> None:
    for wrong in ({"cover": "game/votes"}, {"horizon": "ending_soon"}, {"memory": "half"}, {"note": "liar"}):
        with pytest.raises(ValueError, match=r"is one of|is paid in|is not"):
            Condition(**wrong)
