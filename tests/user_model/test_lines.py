"""Noise among the lines changes nothing for a reader; where names are exchanged, counting tells nothing."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

import probes
from analysis.user_model import findings, tables
from analysis.user_model.tables import lines
from probes import ScriptedModel
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES
from probes.user_model.diary import BLOCK, LINES, diaries
from probes.user_model.suite.user_log import UserLog

_SPEC = importlib.util.spec_from_file_location("readers_of_lines", Path(__file__).with_name("readers.py"))
readers = importlib.util.module_from_spec(_SPEC)
sys.modules["readers_of_lines"] = readers
_SPEC.loader.exec_module(readers)

COMPARED = ("completion", "reading")


def bayes(asked):
    return asked.logit()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("days", [8, 12])
def test_noise_is_a_quarter_of_the_lines_and_the_rest_is_the_diary(language, days):
    for diary in diaries(BLOCK, days, 2, language):
        told = "\n".join(diary.told(lines="noise")).split("\n")
        assert diary.voice.read("\n".join(told)) == diary.log
        assert len(told) - len(diary.log) == pytest.approx(len(told) / 4, abs=0.5)
        assert all(any(person.name in line for person in diary.people) for line in told)
        assert diary.told() == diary.voice.days(diary.log)


@pytest.mark.parametrize("days", [8, 12])
def test_exchanged_names_leave_the_words_of_every_day_and_both_people_alike(days):
    for diary in diaries(2 * BLOCK, days, 2):
        log = diary.voice.read("\n".join(diary.told(lines="shuffled")))
        for person in diary.people:
            acts = log.values(diary.what, person.name)
            assert acts.count(diary.values[0]) == days / 2
            assert (acts[0], acts[-1]) == tuple(person.habits[diary.what][at] for at in (0, -1))
        for day, plain in zip(diary.told(lines="shuffled"), diary.told(), strict=True):
            assert sorted(day.replace("\n", " ").split()) == sorted(plain.replace("\n", " ").split())


def test_a_reader_is_the_same_with_noise_and_has_no_slope_where_names_are_exchanged():
    table = probes.run(UserLog(kinds=COMPARED, lines=LINES), readers.believer(bayes, "bayes"))
    assert tables.slope(table).value == pytest.approx(1.0)
    assert tables.slope(table, lines="noise").value == pytest.approx(1.0)
    assert lines.noisy(table).value == pytest.approx(0.0, abs=1e-9)
    assert lines.read(table).value == pytest.approx(0.0, abs=1e-9)
    assert lines.shuffled(table).value == pytest.approx(0.0, abs=1e-9)
    assert len(lines.versions(table)) == 3


CUES = {
    "own last line": lambda asked: 1.0 if asked.own()[-1] == asked.act else -1.0,
    "own first line": lambda asked: 1.0 if asked.own()[0] == asked.act else -1.0,
    "counts without names": lambda asked: sum(1.0 if event.value == asked.act else -1.0 for event in asked.log),
}


@pytest.mark.parametrize("name", CUES)
def test_single_cues_have_no_slope_in_any_version(name):
    table = probes.run(UserLog(kinds=COMPARED, lines=LINES), readers.believer(CUES[name], name))
    for version in LINES:
        assert tables.slope(table, lines=version).value == pytest.approx(0.0, abs=1e-9)


def test_the_control_fails_who_believes_the_same_whoever_did_it():
    """A model that does not go by the names in the lines keeps its slope where they are exchanged."""
    known = [(person.name, diary, {line for day in (0, -1) for line in diary.told()[day].split("\n")})
             for diary in diaries(BLOCK) for person in diary.people]  # fmt: skip

    def policy(question):
        told, asked = question.transcript.turns[-1].text.rsplit("\n\n", 1)
        name, diary, _ = next(
            one for one in known if one[0] in re.findall(r"\w+", asked) and one[2] <= set(told.split("\n"))
        )
        p = readers.sure(diary.belief(name).logit(diary.values[0]) * (0.9 + int(diary.user[5:]) % 3 / 10))
        return {"yes": p, "no": 1 - p}

    table = probes.run(UserLog(kinds=COMPARED, lines=LINES), ScriptedModel(policy, "remembers the diaries"))
    assert lines.shuffled(table).value == pytest.approx(1.0, abs=0.05)
    belief = findings._diaries(table, acted(), "model")[0]
    control = [gate for gate in belief.gates if "control" in gate.name][-1]
    assert control.passed is False
    assert belief.verdict not in ("above", "below")


def acted():
    return probes.run(probes.suite.user_act(users=16), ScriptedModel(uniform))


def test_other_claims_are_about_the_plain_diary():
    both, alone = (probes.run(UserLog(kinds=COMPARED, lines=made), readers.believer(bayes, "bayes"))
                   for made in (LINES, ("plain",)))  # fmt: skip
    for number in (tables.slope, tables.reading):
        assert number(both).rows == number(alone).rows
    assert len(findings._diaries(both, acted(), "model")[0].gates) == 3
    assert len(findings._diaries(alone, acted(), "model")[0].gates) == 2
    assert lines.versions(alone).empty


def test_the_plain_diary_comes_first():
    with pytest.raises(ValueError, match="must begin with 'plain'"):
        UserLog(lines=("noise", "plain"))
    with pytest.raises(ValueError, match="'torn' is not one of"):
        UserLog(lines=("plain", "torn"))


def test_what_is_believed_is_judged_by_the_lines_that_were_shown():
    """Where names are exchanged nothing is likelier, so a Bayesian is calibrated there, too."""
    table = probes.run(UserLog(kinds=COMPARED, lines=LINES), readers.believer(bayes, "bayes"))
    beliefs = table[table["kind"] == "completion"]
    confidence, correct = (beliefs[beliefs["measure"] == name] for name in ("confidence", "correct"))
    assert confidence["value"].to_numpy() == pytest.approx(correct["value"].to_numpy())
    assert (correct.loc[correct["lines"] == "shuffled", "value"] == 0.5).all()


def test_the_report_shows_what_readers_of_few_lines_would_have():
    """Single lines 0 in every block of 16; the last two about .74, see `test_shortcuts`."""
    table = probes.run(UserLog(users=32 * BLOCK, kinds=("completion",)), ScriptedModel(uniform))
    found = lines.shortcuts(table).set_index("reader of a person's")["slope"]
    assert found["first line"] == pytest.approx(0.0, abs=1e-12)
    assert found["last line"] == pytest.approx(0.0, abs=1e-12)
    assert found["last two lines"] == pytest.approx(0.739, abs=0.06)
