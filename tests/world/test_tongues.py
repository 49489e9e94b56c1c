"""Every language says the same things, every text can be read back, and no sentence can be read in two ways."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import yaml

import probes.shared.world as world
from probes.core.transcript import Transcript
from probes.shared.world import FORMS, LANGUAGES, NAMES, Event, Log, Voice, families, tongue
from probes.shared.world.voice import NARRATED

TONGUES = Path(world.__file__).parent / "tongues"
KINDS = ("diary", "likes")
FILES = sorted(path.name for path in (TONGUES / "en").glob("*.yaml"))
TOLD = [(language, family) for language in LANGUAGES for kind in KINDS for family in families(kind, language)]
SAID = [*TOLD, *((language, "rooms") for language in LANGUAGES)]
"""Rooms are read back as lines only: in turns of one speaker nobody else could be told apart."""


def random_log(family: str, language: str, rng: np.random.Generator, speaker: str = "", length: int = 12) -> Log:
    """Events of every variable and channel of a family, in order of days; the speaker's own unless told of others."""
    words, events = tongue(family, language), []
    for day in np.sort(rng.integers(1, 10, length)):
        what = str(rng.choice(list(words.variables)))
        channel = str(rng.choice(list(words.variables[what]["channels"])))
        others = [name for name in NAMES if name != speaker]
        about = str(rng.choice(others)) if channel in ("told", *NARRATED) or not speaker else speaker
        events.append(Event(int(day), about, what, str(rng.choice(words.values(what))), channel))
    return Log(tuple(events))


def shape(node: object) -> object:
    """Keys, numbers of wordings and slots of a tongue file, without its words."""
    if isinstance(node, dict):
        return {key: shape(value) for key, value in node.items()}
    if isinstance(node, list):
        return [shape(item) for item in node]
    return sorted(re.findall(r"\{(\w+)\}", str(node)))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_languages_have_the_same_keys_slots_and_number_of_wordings(name, language):
    english, other = (yaml.safe_load((TONGUES / code / name).read_text()) for code in ("en", language))
    assert shape(other) == shape(english)
    assert other.get("kind") == english.get("kind")


def test_no_language_has_files_of_its_own():
    assert len(LANGUAGES) > 1
    assert all(sorted(path.name for path in (TONGUES / code).glob("*.yaml")) == FILES for code in LANGUAGES)
    assert len(FILES) > 5


@pytest.mark.parametrize(("language", "family"), SAID)
def test_different_values_have_different_labels(language, family):
    for variable in tongue(family, language).variables.values():
        labels = list(variable["values"].values())
        assert len(set(labels)) == len(labels) > 1
        assert all(len(wordings) == len(set(wordings)) for wordings in variable["channels"].values())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("language", "family"), TOLD)
def test_what_is_told_can_be_read_back(language, family, form):
    rng = np.random.default_rng(7)
    for wording, _ in product((0, 1), range(20)):
        speaker = str(rng.choice(NAMES)) if family in families("likes", language) else ""
        log = random_log(family, language, rng, speaker)
        voice = Voice(family, language, wording, form, speaker)
        assert voice.read(voice.tell(log)) == log
        if form != "turns":
            assert voice.read(voice.text(log)) == log


@pytest.mark.parametrize(("language", "family"), SAID)
def test_no_sentence_can_be_read_in_two_ways(language, family):
    """Every sentence of every variable, channel and wording has exactly one reading, so `read` never has to guess."""
    for what, variable in tongue(family, language).variables.items():
        for channel, wording, value in product(variable["channels"], (0, 1), variable["values"]):
            for form in FORMS:
                voice = Voice(family, language, wording, form, "Ada")
                event = Event(4, "Ben" if channel in ("told", "did") else "Ada", what, value, channel)
                assert voice.read(voice.line(event)).events == (event,)


def test_other_lines_are_passed_over_and_notes_are_no_events():
    voice = Voice("kitchen")
    assert voice.read(
        "Day 3: Ada drank tea at breakfast.\nWhat will Ada drink?\nDay 4: Ada drank gin at breakfast."
    ) == Log((Event(3, "Ada", "breakfast", "tea"),))
    assert not voice.read(Transcript().user("Hello.").assistant("Day 3: Ada drank tea at breakfast."))


def test_audiences_are_not_told():
    log = Log((Event(1, "Ada", "breakfast", "tea", audience=frozenset({"Ben"})),))
    voice = Voice("kitchen")
    assert voice.read(voice.text(log)) == log.public() != log


def test_turns_are_one_a_day_each_with_a_note():
    log = Log(tuple(Event(day, "Ada", "tea", "mint", "said") for day in (1, 1, 2)))
    told = Voice("cafe", form="turns", speaker="Ada").tell(log, Transcript().system("Be brief."))
    assert [turn.role for turn in told] == ["system", "user", "assistant", "user", "assistant"]
    assert told.turns[1].text.count("\n") == 1


def test_bad_voices_are_refused_by_name():
    with pytest.raises(ValueError, match="form 'prose'"):
        Voice("kitchen", form="prose")
    with pytest.raises(ValueError, match=f"no tongue 'xx'; there are: {', '.join(LANGUAGES)}"):
        tongue("kitchen", "xx")
    with pytest.raises(ValueError, match=r"no family 'cellar' in 'en'; there are: .*kitchen"):
        tongue("cellar")
    with pytest.raises(ValueError, match="needs a speaker"):
        Voice("cafe").line(Event(1, "Ada", "tea", "mint", "told"))
    with pytest.raises(ValueError, match="channel 'sang'"):
        Event(1, "Ada", "tea", "mint", "sang")


FUNCTION_WORDS = {
    "en": "a an the and or of to in on at by for with from as is am are was were be been has have had do does "
    "did not no i me my you your he she it they we him her his their this that these those there who what "
    "all every so too very always never still again nobody neither nothing everything else up out over "
    "through than after before since ago",
    "de": "diese ein eine einen einem einer der die das den dem des und oder von zu zum zur in im an am auf bei mit "
    "für gegen aus ist bin sind war hat habe haben hatte wir ich mir mich mein meine meinen du er sie es "
    "man sich ihr ihn nicht kein keine keinen keins nur noch schon wieder immer nie alles allen allem als "
    "nach vor bis um jede jeden jedes so",
    "es": "el la los las lo un una unos unas del al de en con sin por para a desde hasta entre y o ni que como mi mis "
    "me yo tu te se le su sus ya no más muy es son está están ha he hay todo todas cada nunca siempre otra",
    "fr": "le la les un une des de du au aux et ou en dans sur chez par pour avec est suis sont ai as ont "
    "je tu il elle on nous vous me te se mon ma mes ce cet cette ces ça que qui ne pas plus non tout toute toutes "
    "tous encore toujours",
}


def content(text: str, language: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{2,}", text.lower())) - set(FUNCTION_WORDS[language].split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_entailed_lines_share_no_content_word_with_their_profile_and_literal_ones_do(language):
    words = tongue("facts", language)
    assert len(words.variables) >= 20
    for fact in words.variables:
        profile = " ".join(words.phrase("profile", wording, fact, who="") for wording in (0, 1))
        told = content(profile, language)
        assert not told & content(words.phrase("entailed", 0, fact), language), fact
        assert told & content(words.phrase("literal", 0, fact), language), fact


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_shares_a_content_word_with_another_profile(language):
    words = tongue("facts", language)
    lines = {fact: content(words.phrase("entailed", 0, fact), language) for fact in words.variables}
    for fact in words.variables:
        told = content(words.phrase("profile", 0, fact, who="") + words.phrase("profile", 1, fact, who=""), language)
        assert not [other for other, line in lines.items() if told & line], fact
