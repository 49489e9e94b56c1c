"""Nouns: what cannot be asked or recorded is refused where it is written."""

from __future__ import annotations

import json
import math
from collections import Counter

import numpy as np
import pytest

from probes import Choose, Continue, Row, Score, Transcript, Trial, arms
from probes.core import Choice, Continuation, Scored
from probes.core.questions import restored

TALK = Transcript().user("q")


@pytest.mark.parametrize(
    "bad",
    [
        {"temperature": -1},
        {"temperature": math.nan},
        {"top_p": 0},
        {"top_k": -1},
        {"max_tokens": 0},
        {"min_p": 2},
        {"role": "narrator"},
    ],
)
def test_impossible_decoding_is_refused(bad):
    with pytest.raises(ValueError):
        Continue(TALK, **bad)


def test_choose_needs_two_named_options_and_score_one_text():
    with pytest.raises(ValueError, match="two"):
        Choose(TALK, {"A": "x"})
    with pytest.raises(ValueError, match="empty"):
        Choose(TALK, {"A": "x", "": "y"})
    with pytest.raises(ValueError, match="exactly one"):
        Score(TALK)
    with pytest.raises(ValueError, match="exactly one"):
        Score(TALK, text="a", ids=(1,))


def test_choice_adds_labels_of_one_meaning_and_keeps_mass_apart():
    choice = Choice({"A": math.log(0.1), "B": math.log(0.2), "C": math.log(0.1)}, {"A": "x", "B": "y", "C": "x"})
    assert choice.p == pytest.approx({"x": 0.5, "y": 0.5})
    assert choice.mass == pytest.approx(0.4)
    assert choice.text == "B"


def test_draw_follows_p():
    choice = Choice({"A": math.log(0.03), "B": math.log(0.01)}, {"A": "x", "B": "y"})
    rng = np.random.default_rng(0)
    share = sum(choice.draw(rng) == "x" for _ in range(4000)) / 4000
    assert share == pytest.approx(0.75, abs=0.03)  # 4 standard errors


@pytest.mark.parametrize("value", [math.nan, math.inf, "zero", "ok", None])
def test_a_row_holds_numbers_or_reasons(value):
    with pytest.raises(ValueError):
        Row({"m": value})


def test_a_trial_flattens_its_arm_and_refuses_objects():
    arm = arms(("left", "right"))[1]
    assert Trial(game="pd", arm=arm).facts() == {"game": "pd", "arm": "A=right B=left", "first_option": "right"}
    with pytest.raises(TypeError, match="thing"):
        Trial(thing=object()).facts()


@pytest.mark.parametrize("count", [2, 3, 5])
def test_arms_balance_every_label_and_position(count):
    meanings = [f"m{k}" for k in range(count)]
    tied, crossed = arms(meanings), arms(meanings, tied=False)
    assert (len(tied), len(crossed)) == (count, count**2)
    for design in (tied, crossed):
        places = Counter((arm.shown[k][1], k) for arm in design for k in range(count))
        labels = Counter((meaning, label) for arm in design for label, meaning in arm.shown)
        assert len(set(places.values())) == 1
        assert len(places) == count**2
        assert len(set(labels.values())) == 1
        assert len(labels) == count**2
    assert {frozenset(arm.options.values()) for arm in crossed} == {frozenset(meanings)}


def test_transcripts_are_edited_into_new_ones():
    talk = Transcript().system("s").user("one two three four").assistant("a")
    assert talk.truncate(1, 0.5).turns[1].text == "one two"
    assert talk.truncate(-1, 0.5, closed=False).turns[-1].closed is False
    assert [turn.text for turn in talk.omit("assistant", "[omitted]")] == ["s", "one two three four", "[omitted]"]
    assert talk.under("p").turns[0].text == "p\n\ns"
    assert talk.drop(0).under("p").turns[0].text == "p"
    assert talk.turns[1].text == "one two three four"
    assert len({talk.digest(), talk.under("p").digest(), talk.replace(-1, "a", closed=False).digest()}) == 3
    with pytest.raises(ValueError, match="narrator"):
        talk.add("narrator", "x")


def test_a_reply_comes_back_from_its_record_as_it_was():
    replies = [
        Choice({"A": -0.1, "B": -3.3}, {"A": "x", "B": "y"}),
        Continuation("hi\ud800", [1, 2], [-0.5, -0.25], "length", [1.0, 2.0]),
        Scored([4], [-1.5], "t", ["t"], [[-2.0]], [[0.1]]),
    ]
    for reply in replies:
        assert restored(json.loads(json.dumps(reply.record()))) == reply
