from __future__ import annotations

import numpy as np
import pytest

from probes.context import edits
from probes.core.transcript import Transcript

TALK = Transcript().system("s").user("one two three").assistant("r1").user("u2").assistant("r2").user("u3")


def texts(transcript):
    return [turn.text for turn in transcript]


def roles(transcript):
    return [turn.role for turn in transcript]


def test_full_is_the_same_object():
    assert edits.full(TALK) is TALK


def test_user_only_keeps_every_user_word_and_no_assistant_word():
    edited = edits.user_only(TALK)
    assert texts(edited)[1:] == ["one two three", edits.PLACEHOLDER, "u2", edits.PLACEHOLDER, "u3"]
    assert roles(edited) == roles(TALK)
    assert texts(edited)[0].startswith("s\n\n")
    assert edits.NOTE in texts(edited)[0]
    bare = Transcript(TALK.turns[1:])
    assert roles(edits.user_only(bare))[:2] == ["system", "user"]


def test_user_only_leaves_a_first_message_alone():
    first = Transcript().user("hello")
    assert edits.user_only(first) is first


def test_user_joined_keeps_the_users_words_in_one_turn():
    assert texts(edits.user_joined(TALK)) == ["s", "one two three\n\nu2\n\nu3"]
    assert edits.user_joined(Transcript().user("u")) == Transcript().user("u")


def test_last_turn_and_last_exchange_keep_the_system_turn():
    assert texts(edits.last_turn(TALK)) == ["s", "u3"]
    assert texts(edits.last_exchange(TALK)) == ["s", "u2", "r2", "u3"]
    assert texts(edits.last_exchange(Transcript().user("u"))) == ["u"]


def test_drop_before_and_keep_if():
    assert texts(edits.drop_before(TALK, 3)) == ["s", "u2", "r2", "u3"]
    assert texts(edits.drop_before(TALK, -1)) == ["s", "u3"]
    assert texts(edits.keep_if(TALK, lambda place, turn: turn.role == "user")) == ["s", "one two three", "u2", "u3"]
    with pytest.raises(IndexError):
        edits.drop_before(TALK, 6)


def test_summaries_replace_replies_in_order_and_must_be_as_many():
    assert texts(edits.summarised(TALK, ["x", "y"])) == ["s", "one two three", "x", "u2", "y", "u3"]
    with pytest.raises(ValueError):
        edits.summarised(TALK, ["x"])


@pytest.mark.parametrize("length", [1, 2, 3, 4, 9])
def test_mask_has_exactly_the_length_asked_for(length):
    edited = edits.mask(TALK, 1, length, ["No", " information", " found", "."])
    assert len(texts(edited)[1].split()) == length
    assert texts(edited)[1].split()[: min(length, 3)] == ["No", "information", "found"][:length]
    assert texts(edited)[2:] == texts(TALK)[2:]


def test_mask_refuses_nothing_to_write_and_nothing_to_write_with():
    with pytest.raises(ValueError):
        edits.mask(TALK, 1, 0, ["No"])
    with pytest.raises(ValueError):
        edits.filler_text(["."], 3)


def test_shuffle_keeps_the_words_and_moves_them():
    rng = np.random.default_rng(0)
    orders = {texts(edits.shuffle(TALK, 1, rng))[1] for _ in range(40)}
    assert len(orders) == 6
    assert {tuple(sorted(order.split())) for order in orders} == {("one", "three", "two")}


def test_delete_joins_neighbours_of_one_role():
    assert texts(edits.delete(TALK, 2)) == ["s", "one two three\n\nu2", "r2", "u3"]
    assert roles(edits.delete(TALK, 2)) == ["system", "user", "assistant", "user"]
    assert texts(edits.delete(TALK, -2)) == ["s", "one two three", "r1", "u2\n\nu3"]


def test_hindsight_shows_the_message_in_the_last_user_turn_only():
    for wording in edits.WORDINGS:
        edited = edits.hindsight(TALK, "later words", wording)
        assert "later words" in texts(edited)[-1]
        assert texts(edited)[-1].startswith("u3\n\n")
        assert texts(edited)[:-1] == texts(TALK)[:-1]
    assert len({edits.hindsight(TALK, "m", wording).digest() for wording in edits.WORDINGS}) == 3
    with pytest.raises(ValueError):
        edits.hindsight(TALK.assistant("r3"), "m")


def test_edits_leave_the_original_alone():
    before = TALK.digest()
    for edit in (edits.user_only, edits.last_turn, edits.last_exchange):
        edit(TALK)
    edits.swap(TALK, 1, "x")
    assert TALK.digest() == before
