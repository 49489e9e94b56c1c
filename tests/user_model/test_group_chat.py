"""Readers of causes are told apart from spotters of words; live and idle lines have the same content words."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest

import probes
from analysis.user_model import findings
from analysis.user_model.tables import chats as tables
from probes import ScriptedModel
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES, tongue
from probes.user_model.chat import CAUSES, SILENT, chats
from probes.user_model.suite.group_chat import GroupChat

NATS = 2.0
FUNCTION = {
    "en": "the of my is at be you are neither nor and never were was always anything but nothing no longer under then "
    "there we all this that here how on a i when will which where to in for it by so not or an as can have",
    "de": "die der das den dem ist du bist und weder noch nie schon immer nur nicht mehr alles andere als wir uns am "
    "um bei mir gibt es kein dann nun wann wo hier kann ich so wie dieser welcher zum zu unter alle man was mein "
    "meiner unseres eine sich hat wieder "
    "diese habe etwas nichts euch",
    "es": "el la los las lo del al de en un una que qué cuál cuándo cuánto dónde ya aquí este mucho mi me te se yo no "
    "ni y es nunca siempre entonces más menos ha hay a eso esta ese todos algo",
    "fr": "le la les un une des de du au en ce cet cette ces que qui quand quel combien où est es tu je me moi mon ma "
    "ni ne pas plus jamais toujours tout tous sauf alors maintenant ici on se il nous vous notre pour dans sur sous "
    "avec été entre et",
}  # fmt: skip
"""Words that live and idle sentences may have apart: a spotter of keywords does not look at them."""


def content(text, language):
    return set(re.findall(r"\w{2,}", text.replace("{other}", "").lower())) - set(FUNCTION[language].split())


def phrases(cause, language, name):
    return tongue("chat", language).variables[cause]["phrases"][name]


def pattern(text):
    """The sentence with any name in its slots."""
    return re.compile(re.escape(text).replace(re.escape("{other}"), r"\w+"))


def read(transcript):
    """(language, lines without speakers, question) of a chat."""
    setting, told, ask = transcript.turns[0].text.split("\n\n")
    language = next(one for one in LANGUAGES if tongue("chat", one).phrase("setting") == setting)
    return language, [line.split(": ", 1)[1] for line in told.split("\n")], ask


def written(line, cause, language, name):
    return any(pattern(text).fullmatch(line) for text in phrases(cause, language, name))


def calls_for(transcript):
    """The cause that stands in a chat, read from its sentences."""
    language, lines, ask = read(transcript)
    for cause in CAUSES[:-1]:
        if ask.startswith(phrases(cause, language, "named")[0]):
            return cause
        if any(written(line, cause, language, "live") for line in lines):
            dealt = written(lines[-1], cause, language, "settled")  # of another cause in a crossed chat
            return "none" if dealt else cause
    return "none"


def keywords(transcript):
    """The cause whose words are most frequent; all of those where several are."""
    language, lines, _ = read(transcript)
    words = [word for line in lines[:-1] for word in re.findall(r"\w{2,}", line.lower())]
    vocabulary = {
        cause: set().union(*(content(text, language) for text in phrases(cause, language, "live")))
        for cause in CAUSES[:-1]
    }
    return {cause: sum(word in own for word in words) for cause, own in vocabulary.items()}


def responder(nats, name):
    """A model whose nats for a response are those of a rule, and a taste for its length."""

    def policy(question):
        language = read(question.transcript)[0]
        cause = next(one for one in CAUSES if phrases(one, language, "response")[0] == question.text)
        return [nats(one, cause) - len(question.text) for one in (question.transcript, *question.contexts)]

    return ScriptedModel(policy, name)


def reader(transcript, cause):
    return NATS * (calls_for(transcript) == cause)


def spotter(transcript, cause):
    return float(keywords(transcript).get(cause, 0))


def silence(transcript, cause):
    return 200.0 * (cause == "none")


def deaf(transcript, cause):
    """Reads causes, and does not see that they have been dealt with."""
    language, lines, _ = read(transcript)
    stands = [one for one in CAUSES[:-1] if any(written(line, one, language, "live") for line in lines)]
    return NATS * (cause in (stands or [calls_for(transcript)]))


def values(table, measure, **facts):
    lines = table[table["measure"] == measure]
    for name, value in facts.items():
        lines = lines[lines[name] == value]
    return lines["value"].to_numpy(dtype=float)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reads_causes_pairs_what_fits_and_falls_silent_when_they_are_settled(language):
    table = probes.run(GroupChat(language=language), responder(reader, "reader"))
    assert tables.joins(table).value == pytest.approx(NATS)
    assert tables.joins(table, "named").value == pytest.approx(NATS)
    assert tables.joins(table, "settled").value == pytest.approx(0.0, abs=1e-9)
    assert tables.silent(table).value > 0
    assert tables.settled(table).value > 0


def test_who_does_not_see_that_a_cause_is_settled_goes_on_answering():
    table = probes.run(GroupChat(), responder(deaf, "deaf"))
    assert tables.joins(table, "settled").value == pytest.approx(NATS)
    assert tables.settled(table).value == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("standing", ["open", "settled"])
def test_a_spotter_of_keywords_pairs_nothing(language, standing):
    table = probes.run(GroupChat(squares=12, language=language, standings=(standing,)), responder(spotter, "spotter"))
    assert tables.joins(table, standing).value == pytest.approx(0.0, abs=1e-9)
    assert values(table, "hit").mean() == pytest.approx(1 / 6)
    assert tables.silent(table.assign(standing="open")).value == pytest.approx(0.0, abs=1e-9)


def test_who_is_always_silent_pairs_nothing_and_hits_one_in_six():
    table = probes.run(GroupChat(), responder(silence, "silence"))
    assert values(table, "p_silent") == pytest.approx(1.0)
    assert values(table, "hit", standing="open").mean() == pytest.approx(1 / 6)
    for estimate in (tables.joins(table), tables.silent(table), tables.settled(table)):
        assert estimate.value == pytest.approx(0.0, abs=1e-9)


def test_a_model_that_knows_nothing_is_on_its_null_in_every_row():
    table = probes.run(GroupChat(), ScriptedModel(uniform))
    assert values(table, "pairing") == pytest.approx(0.0, abs=1e-9)
    for measure in ("hit", "p_silent"):
        assert values(table, measure) == pytest.approx(1 / 6)
    assert values(table, "silence") == pytest.approx(-math.log(5))


def words(text):
    return re.findall(r"\w+", text.replace("{other}", "").lower())


def copier(transcript, text):
    """Likes whatever words it has read, the more the oftener, and pairs of words."""
    told, said = words(transcript.turns[0].text), words(text)
    pairs = set(pairwise(told)).intersection(pairwise(said))
    return sum(math.log1p(told.count(word)) for word in said) + len(pairs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_copies_words_joins_nothing_and_fails_the_control(language):
    """Live and idle lines, and settled and crossed chats, hold the words of the responses equally often."""

    def policy(question):
        return [copier(one, question.text) for one in (question.transcript, *question.contexts)]

    table = probes.run(GroupChat(squares=12, language=language), ScriptedModel(policy, f"copier {language}"))
    assert values(table, "pairing", standing="open").mean() == pytest.approx(0.0, abs=1e-9)
    assert tables.silent(table).value == pytest.approx(0.0, abs=1e-9)
    made = findings._chats(table, "m")
    assert [claim.gates[0].passed for claim in made] == [False] * 3
    assert abs(made[-1].estimate.value) < 0.05


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_response_tells_a_live_line_from_an_idle_one_or_names_the_cause(language):
    said = {cause: words(phrases(cause, language, "response")[0]) for cause in CAUSES}
    every = {word for response in said.values() for word in response}
    for cause in CAUSES:
        for live, idle in zip(phrases(cause, language, "live"), phrases(cause, language, "idle"), strict=True):
            assert all(words(live).count(word) == words(idle).count(word) for word in every), (live, idle)
        assert not every & set(words(phrases(cause, language, "named")[0])), cause


@pytest.mark.parametrize("language", LANGUAGES)
def test_settled_and_crossed_chats_of_a_square_hold_the_same_lines(language):
    for chat in chats(12, 3, language):
        ends = {standing: [chat.lines(cause, standing)[-1] for cause in CAUSES] for standing in ("settled", "crossed")}
        assert sorted(ends["settled"]) == sorted(ends["crossed"])
        assert all(one != other for one, other in zip(*ends.values(), strict=True) if one != ends["settled"][SILENT])
        assert all(calls_for(chat.asked(cause, "crossed")) == cause for cause in CAUSES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_live_and_idle_sentences_have_the_same_content_words(language):
    for cause in CAUSES[:-1]:
        for live, idle in zip(phrases(cause, language, "live"), phrases(cause, language, "idle"), strict=True):
            assert content(live, language) == content(idle, language) != set(), (live, idle)
            assert live != idle


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_response_shares_a_content_word_with_a_chat_and_all_are_equally_long(language):
    told = set()
    for chat in chats(24, 1, language):
        for cause in CAUSES:
            told |= content(" ".join(chat.lines(cause, "open") + chat.lines(cause, "settled")), language)
    responses = [phrases(cause, language, "response")[0] for cause in CAUSES]
    assert {len(text.split()) for text in responses} == {5}
    assert told & content(" ".join(responses), language) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_chats_differ_in_one_line_and_the_last_is_by_somebody_else(language):
    for chat in chats(24, 2, language):
        idle = chat.lines("none", "open")
        for cause in CAUSES[:-1]:
            open_, settled = chat.lines(cause, "open"), chat.lines(cause, "settled")
            assert sum(one != two for one, two in zip(idle, open_, strict=True)) == 1
            assert open_[:-1] == settled[:-1]
            assert open_[-1] != settled[-1]
            assert chat.lines(cause, "named") == idle
            assert calls_for(chat.asked(cause, "open")) == calls_for(chat.asked(cause, "named")) == cause
            assert calls_for(chat.asked(cause, "settled")) == "none"
        last = chat.speakers[-1][0]
        assert last not in {name for pair in chat.speakers[:-1] for name in pair}


def test_the_square_of_nats_is_put_together_again():
    table = probes.run(GroupChat(), responder(reader, "reader"))
    names, nats = tables.confusions(table)
    assert names == list(CAUSES)
    assert nats == pytest.approx(NATS * (np.eye(6) - 1 / 6), abs=1e-5)
    assert names[SILENT] == "none"
