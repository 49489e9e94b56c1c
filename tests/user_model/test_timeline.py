"""Scripted readers of timelines are told apart; the three weights come back exactly."""

from __future__ import annotations

import math
from collections import Counter
from itertools import product

import pytest

import probes
from analysis.user_model import tables
from probes import Choose, ScriptedModel
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES, Voice, families
from probes.user_model.likes import HISTORIES, MENTIONS, timelines
from probes.user_model.suite.timeline import REPLIES, Timelines, written


def log_of(transcript):
    """(voice, log, variable asked about) of a conversation, in whatever language and family."""
    question = transcript.turns[-1].text
    for language in LANGUAGES:
        for family in families("likes", language):
            voice = Voice(family, language, form="turns", speaker="Me")
            for what, name, wording in product(voice.tongue.variables, ("request", "ask"), (0, 1)):
                if voice.tongue.phrase(name, wording, what) in question:
                    return voice, voice.read(transcript), what
    raise ValueError(f"no question in {question!r}")


def now(log, what):
    return log.current(what, "Me")


def first_mentioned(log, what):
    return next(event.value for event in log if event.what == what)


def last_mentioned(log, what):
    return [event.value for event in log if event.what == what][-1]


def most_mentioned(log, what):
    return Counter(event.value for event in log if event.what == what).most_common(1)[0][0]


def follower(pick, task=2.0, current=1.0, sure=0.5):
    """Replies weighted by task, certainty and the value that `pick` takes for the current one."""

    def policy(question):
        transcripts = [question.transcript, *getattr(question, "contexts", ())]
        if isinstance(question, Choose):
            voice, log, what = log_of(question.transcript)
            held = any(event.what == what for event in log) and voice.tongue.label(what, pick(log, what))
            shares = {
                m: sure_of(5.0 if label.strip() == held else -5.0) if held else 0.5
                for label, m in question.options.items()
            }
            total = sum(shares.values())
            return {meaning: share / total for meaning, share in shares.items()}
        return [scored(question.text, one, pick, task, current, sure) for one in transcripts]

    return ScriptedModel(policy, f"follower {pick.__name__} {task} {current} {sure}")


def sure_of(nats):
    return 1 / (1 + math.exp(-nats))


def scored(text, transcript, pick, task, current, sure):
    voice, log, what = log_of(transcript)
    right = voice.tongue.phrase("task", 0, what) in text
    certain = voice.tongue.phrase("sure", 0) in text
    nats = task * (right - 0.5) + sure * (certain - 0.5)
    if any(event.what == what for event in log):
        label = voice.tongue.label(what, pick(log, what))
        nats += current * ((label in text) - 0.5)
    return nats - 20.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_three_weights_come_back(language):
    table = probes.run(Timelines(users=4, language=language), follower(now))
    assert (table["status"] == "ok").all()
    lines = tables.weights(table).set_index(["measure", "depth"])["value"]
    assert lines["w_task"].to_numpy() == pytest.approx(2.0)
    assert lines["w_sure"].to_numpy() == pytest.approx(0.5)
    assert lines["w_current"].to_dict() == pytest.approx({"before": 0.0, "after": 1.0, "later": 1.0})
    assert tables.shift(table).value == pytest.approx(1.0)
    assert tables.shift(table, later="later", earlier="after").value == pytest.approx(0.0)
    hits = table[(table["measure"] == "hit") & (table["depth"] != "before")]
    assert (hits["value"] == 1).all()


@pytest.mark.parametrize("pick", [first_mentioned, last_mentioned, most_mentioned])
def test_shortcut_readers_follow_nothing(pick):
    """Right in two courses, wrong in the other two; the most mentioned ties in two and is the first or last there."""
    table = probes.run(Timelines(users=8), follower(pick))
    assert tables.shift(table).value == pytest.approx(0.0, abs=1e-9)
    by_course = tables.courses(table).set_index("course")["value"]
    assert sorted(by_course.round(9)) == [-1.0, -1.0, 1.0, 1.0] or pick is most_mentioned


def stale(log, what):
    return next(event.value for event in log if event.what == what and event.who == "Me")


def test_a_stale_reader_gives_itself_away_by_course():
    """Keeps the first thing the user said of themselves: wrong wherever the like has changed."""
    table = probes.run(Timelines(users=4), follower(stale))
    by_course = tables.courses(table).set_index("course")["value"].to_dict()
    assert by_course == pytest.approx({"switched": -1.0, "recalled": -1.0, "others": 1.0, "reaffirmed": 1.0})
    found = table[(table["measure"] == "stale") & (table["depth"] == "after") & (table["course"] == "switched")]
    assert (found["value"] > 0.5).all()


def test_a_model_that_knows_nothing_is_on_its_null_in_every_cell():
    table = probes.run(Timelines(users=4), ScriptedModel(uniform))
    values = {name: part["value"].to_numpy() for name, part in table.groupby("measure")}
    for name in ("w_task", "w_sure", "w_current", "stated"):
        assert values[name] == pytest.approx(0.0, abs=1e-9)
    assert values["hit"] == pytest.approx(1 / 8)
    assert values["stale"] == pytest.approx(0.5)


def test_courses_cross_first_and_last_mention():
    cells = set()
    for course, mentions in MENTIONS.items():
        values = [which for _, which in mentions]
        cells.add((values[0] == "current", values[-1] == "current"))
        assert course
    assert len(cells) == 4


def bag(transcript):
    return Counter(" ".join(turn.text for turn in transcript).lower().replace(".", "").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_twins_have_the_same_words_and_replies_the_same_length(language):
    for timeline in timelines(12, 2, 5, language):
        twin = timeline.twin()
        for history in HISTORIES:
            ours, theirs = (bag(one.told("later", history)) for one in (timeline, twin))
            a, b = (timeline.voice.tongue.label(timeline.what, v).lower() for v in (timeline.current, timeline.rival))
            assert Counter({{a: b, b: a}.get(word, word): count for word, count in ours.items()}) == theirs
        assert twin.twin() == timeline
        assert twin.log.current(timeline.what, timeline.voice.speaker) == timeline.rival
        assert len({written(timeline, signs) for signs in REPLIES}) == 8
        assert len({len(written(timeline, signs).split()) for signs in REPLIES}) == 1


def test_histories_hold_what_they_say():
    for timeline in timelines(4, 2):
        turns, joined, short = (timeline.told("later", history) for history in HISTORIES)
        assert len(turns) == 2 * len(timeline.log)
        assert len(joined) == len(short) == 1
        assert joined.turns[0].text.count("\n") + 1 == len(timeline.log)
        read = timeline.voice.read(short)
        assert read.current(timeline.what, timeline.voice.speaker) == timeline.current
        assert len(read) < len(timeline.log)
    with pytest.raises(ValueError, match="history 'diary'"):
        timeline.told("later", "diary")
    with pytest.raises(ValueError, match="depth 'never'"):
        timeline.at("never")
    with pytest.raises(ValueError, match="blocks of 4"):
        list(timelines(5))
