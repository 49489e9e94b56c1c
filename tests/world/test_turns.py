"""The same words in one turn or over many: what differs between two tellings is what the contrast is named after."""

from __future__ import annotations

from collections import Counter

import pytest

from probes.core.transcript import Transcript
from probes.shared.world import LANGUAGES, TURNS, Event, Log, Voice, arranged, families, tongue
from probes.shared.world.turns import chatter, noted

PARTS = ("One.", "Two.", "Three.", "Four.")


def users(talk):
    return [turn.text for turn in talk if turn.role == "user"]


def test_one_and_spread_have_the_same_words_and_differ_in_turns():
    one, spread = (arranged(PARTS, turns, between=" ") for turns in ("one", "spread"))
    assert users(one) == ["One. Two. Three. Four."]
    assert users(spread) == list(PARTS)
    assert [turn.text for turn in spread if turn.role == "assistant"] == ["Noted."] * 3
    assert spread.turns[-1].role == "user", "the last turn is left to the question"


def test_the_tellings_with_chatter_are_as_deep_as_spread_and_have_the_same_turns_in_another_order():
    talks = {turns: arranged(PARTS, turns) for turns in TURNS}
    assert {len(talks[turns]) for turns in TURNS if turns != "one"} == {2 * len(PARTS) - 1}
    before, after = users(talks["chatter_before"]), users(talks["chatter_after"])
    assert Counter(before) == Counter(after)
    assert before[-1] == after[0] == "\n".join(PARTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_part_is_one_turn_however_it_is_told(language):
    assert {arranged(("All.",), turns, language) for turns in TURNS} == {Transcript().user("All.")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_chatter_says_nothing_of_any_diary(language):
    remarks = chatter(len(tongue("assistant", language).phrases["chatter"]), language)
    assert len(set(remarks)) == len(remarks) >= 11, "as many as a diary of twelve days needs"
    for family in families("diary", language):
        words = tongue(family, language)
        labels = {words.label(what, value).lower() for what in words.variables for value in words.values(what)}
        assert not Voice(family, language).read("\n".join(remarks)).events
        assert not [remark for remark in remarks if any(label in remark.lower().split() for label in labels)]


def test_a_voice_in_turns_notes_every_day():
    """The form of a timeline and the tellings of a diary are made by one mechanism."""
    log = Log(tuple(Event(day, "Ada", "tea", "mint", "said") for day in (1, 1, 2)))
    voice = Voice("cafe", form="turns", speaker="Ada")
    assert voice.tell(log) == noted(voice.days(log))
    assert len(voice.days(log)) == 2


def test_an_unknown_telling_is_refused_by_name():
    with pytest.raises(ValueError, match="turns 'twice' is not one of one, spread"):
        arranged(PARTS, "twice")
