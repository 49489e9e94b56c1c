"""Readers of rooms are told apart from readers of words; who knows what is recomputed from the printed text."""

from __future__ import annotations

import math
import re

import pytest

import probes
from analysis.report.gates import INTERPRETATION
from analysis.user_model import findings
from analysis.user_model.tables import hearsay
from probes import ScriptedModel
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES, NAMES, Voice
from probes.user_model.scenes import scenes
from probes.user_model.suite.who_knows import WhoKnows

NATS = 3.0


def read(question):
    """(people, log, thing, who is asked about, line asked about or None) from the prompt alone."""
    told, _, asked = question.transcript.turns[-1].text.partition("\n\n")
    setting, text = told.split("\n", 1)
    people = [name for name in NAMES if re.search(rf"\b{name}\b", setting)]
    voice = next(voice for language in LANGUAGES if len((voice := Voice("rooms", language, form="colon")).read(text)))
    line = re.search(r"\b(?:line|Zeile|línea|ligne) (\d+)", asked)
    who = next(name for name in NAMES if re.search(rf"\b{name}\b", asked))
    stem = question.prefill
    thing = next(
        what
        for what, variable in voice.tongue.variables.items()
        for wording in range(len(variable["phrases"].get("thinks", ())))
        if stem == voice.tongue.phrase("thinks", wording, what, who=who)
        or (line and stem == voice.tongue.phrase("line", 0, what, who=who, line=line[1]))
    )
    return people, voice.read(text), thing, who, int(line[1]) if line else None


def announced(log, thing):
    return [event for event in log if event.what == thing]


def rooms_at(people, log, time):
    """Person -> room at a time: the last one they went into before, the hall at first."""
    return {name: next((e.value for e in reversed(log.events) if e.what == "room" and e.who == name and e.time < time),
                       "hall") for name in people}  # fmt: skip


def per_room(people, log, thing, who):
    """Walks through the printed lines and believes what is said where the actor is."""
    heard = ""
    for event in announced(log, thing):
        where = rooms_at(people, log, event.time)
        heard = event.value if where[event.who] == where[who] else heard
    return heard


def omniscient(people, log, thing, who):
    return announced(log, thing)[-1].value


def never_updates(people, log, thing, who):
    return announced(log, thing)[0].value


def egocentric(people, log, thing, who):
    """Takes everybody to know what the speaker knows, in whose place it puts itself."""
    speaker = announced(log, thing)[-1].who
    return per_room(people, log, thing, speaker)


def by_room(which):
    """Goes by one of the rooms that an actor went into, whenever that was."""

    def reader(people, log, thing, who):
        mine = [event.value for event in log if event.what == "room" and event.who == who][which]
        last = announced(log, thing)[-1]
        return (last if mine == rooms_at(people, log, last.time)[last.who] else announced(log, thing)[0]).value

    return reader


def actor(believes, reads=True, taste=0.0):
    """A model with a rule about beliefs that reads single lines, or else takes the last announcement for everything."""

    def policy(question):
        people, log, thing, who, line = read(question)
        said = [event.value for event in log if event.time == line] or [believes(people, log, thing, who)]
        place = said[0] if reads else announced(log, thing)[-1].value
        nats = {other: NATS * (other == place) + taste * (other < "m") for other in question.options.values()}
        weights = {other: math.exp(value) for other, value in nats.items()}
        return {other: weight / sum(weights.values()) for other, weight in weights.items()}

    return ScriptedModel(policy, f"{believes.__name__} {reads} {taste}")


def values(table, measure, **facts):
    lines = table[(table["measure"] == measure)]
    for name, value in facts.items():
        lines = lines[lines[name] == value]
    return lines["value"].to_numpy(dtype=float)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_follows_the_rooms_is_right_about_everybody(language):
    table = probes.run(WhoKnows(language=language), actor(per_room))
    assert values(table, "hit") == pytest.approx(1.0)
    assert values(table, "margin") == pytest.approx(NATS)
    assert values(table, "leak") == pytest.approx(0.0, abs=1e-9)
    assert hearsay.knows(table).value == pytest.approx(NATS)
    assert hearsay.reading(table).value == pytest.approx(NATS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_tastes_for_places_drop_out(language):
    table = probes.run(WhoKnows(language=language), actor(per_room, taste=1.0))
    assert values(table, "margin") == pytest.approx(NATS)
    assert values(table, "leak") == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("believes", [omniscient, egocentric])
def test_who_takes_everybody_to_know_leaks_all_and_is_right_half_the_time(believes):
    """The speaker, whose place the egocentric reader takes, has heard everything."""
    table = probes.run(WhoKnows(), actor(believes))
    sure = math.tanh(NATS / 2)
    assert values(table, "leak", kind="thinks", follows="first") == pytest.approx(sure)
    assert values(table, "leak", kind="thinks", follows="second") == pytest.approx(0.0, abs=1e-9)
    assert values(table, "hit", kind="thinks").mean() == pytest.approx(0.5)
    assert hearsay.knows(table).value == pytest.approx(0.0, abs=1e-9)
    assert hearsay.leak(table).value == pytest.approx(sure)


@pytest.mark.parametrize(
    "reader", [never_updates, by_room(0), by_room(-1)], ids=["first word", "first room", "last room"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_shortcuts_are_right_about_half_of_the_actors(reader, language):
    table = probes.run(WhoKnows(language=language), actor(reader))
    assert values(table, "hit", kind="thinks").mean() == pytest.approx(0.5)
    assert values(table, "margin", kind="thinks").mean() == pytest.approx(0.0, abs=1e-9)


def test_last_rooms_that_count_for_more_near_the_end_fail_the_gate_of_trades():
    """Wrong in half of the scenes, and by more nats there than right in the others: nothing about who knows."""

    def policy(question):
        people, log, thing, who, line = read(question)
        moved = [event.time for event in log if event.what == "room" and event.who == who][-1]
        said = [event.value for event in log if event.time == line]
        place = said[0] if said else by_room(-1)(people, log, thing, who)
        nats = NATS if said else NATS * math.exp((moved - len(log)) / 5)
        weights = {other: math.exp(nats * (other == place)) for other in question.options.values()}
        return {other: weight / sum(weights.values()) for other, weight in weights.items()}

    knows, _ = findings._rooms(probes.run(WhoKnows(scenes=96), ScriptedModel(policy)), "m")
    assert knows.estimate.high < 0
    assert knows.verdict == INTERPRETATION
    honest, _ = findings._rooms(probes.run(WhoKnows(), actor(per_room)), "m")
    assert all(gate.passed for gate in honest.gates)


def test_who_goes_by_the_last_announcement_only_fails_the_control():
    table = probes.run(WhoKnows(), actor(per_room, reads=False))
    assert hearsay.reading(table).value == pytest.approx(0.0, abs=1e-9)


def test_a_model_that_knows_nothing_is_on_its_null_in_every_row():
    table = probes.run(WhoKnows(), ScriptedModel(uniform))
    for measure, null in WhoKnows.chance.items():
        assert values(table, measure) == pytest.approx(null, abs=1e-9)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ledger_agrees_with_the_printed_text(language):
    """The scene's truth comes from audiences; here the text is walked through line by line."""
    for scene in scenes(24, (3, 4, 5, 6), (1, 2, 3), (2, 4, 8), 3, language):
        for first, second in ((0, 1), (1, 0)):
            for who in scene.asked:
                people, log, thing, asked, _ = read(scene.question(scene.thinks(who), first, second))
                assert asked == who
                assert log == scene.log(first, second).public()
                assert scene.values.index(per_room(people, log, thing, who)) == (first, second)[scene.follows(who)]
        assert sorted(map(scene.follows, scene.asked)) == [0, 1]


def test_factors_are_balanced_and_twins_have_the_same_words():
    made = list(scenes(72, (3, 4, 5, 6), (1, 2, 3), (2, 4, 8)))
    for factor, levels in (("trade", 2), ("actors", 4), ("since", 3), ("props", 3)):
        counts = [sum(scene.facts()[factor] == level for scene in made) for level in {s.facts()[factor] for s in made}]
        assert counts == [72 / levels] * levels
    for scene in made:
        texts = [scene.voice.text(scene.log(*version)) for version in ((0, 1), (1, 0))]
        assert len({tuple(sorted(re.findall(r"\w+", text))) for text in texts}) == 1
        assert len(scene.steps) - scene.lines[1] == scene.since


@pytest.mark.parametrize(
    "bad", [{"scenes": 3}, {"actors": (2,)}, {"props": (4,)}, {"since": (1,)}, {"scenes": 0}, {"since": (11,)}]
)
def test_scenes_that_cannot_be_are_refused(bad):
    with pytest.raises(ValueError, match=r"pairs that trade|at least 3 actors"):
        list(WhoKnows(**bad).trials())
