"""Two models in one dialogue are asked, recorded, resumed and refused as one."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

import probes
from analysis.inside.tables import activations
from analysis.report import export
from probes import Choose, Company, Continue, Probe, Row, Score, ScriptedModel, Transcript, Trial, schema
from probes.core.questions import identity
from runner import methods

TURNS = 3


@dataclass(frozen=True)
class Talk(Probe):
    """Two models speak in turn; the model under test rates every turn of the partner."""

    talks: int = 4
    temperature: float = 0.0

    measures: ClassVar = {"agrees": "probability"}
    unit: ClassVar = "talk"

    def partners(self):
        return ("partner",)

    def trials(self):
        return [Trial(talk=number) for number in range(self.talks)]

    def play(self, trial, rng):
        talk = Transcript().user(f"Topic {trial.talk}.")
        for _ in range(TURNS):
            mine = yield Continue(talk, max_tokens=6, temperature=self.temperature)
            talk = talk.assistant(mine.text or "-")
            theirs = yield Continue(talk, role="user", max_tokens=6, temperature=self.temperature, to="partner")
            talk = talk.user(theirs.text or "-")
            rated = yield Choose(talk, {"A": "yes", "B": "no"})
            yield Row({"agrees": rated.p["yes"]}, {"heard": theirs.text}, rated)


class Counting:
    """A scripted model that remembers what it was asked; it fails once at the call numbered `dies`."""

    def __init__(self, name, reply="", dies=-1):
        def policy(question):
            turns = len(question.transcript.turns)
            if isinstance(question, Continue):
                return reply or f"{name} {turns}"
            return {"yes": 1 / (1 + turns), "no": turns / (1 + turns)}

        self.inner, self.name, self.dies = ScriptedModel(policy, name), name, dies
        self.fingerprint, self.info, self.asked, self.batches = self.inner.fingerprint, self.inner.info, [], []

    def reply(self, questions, progress=None):
        if len(self.batches) == self.dies:
            self.dies = -1
            raise KeyboardInterrupt
        self.asked.extend(questions)
        self.batches.append(len(questions))
        return self.inner.reply(questions, progress)

    def digest(self, question):
        return self.inner.digest(question)


def test_every_member_is_asked_what_is_addressed_to_it_and_once_a_batch():
    me, you = Counting("me"), Counting("you")
    table = probes.run(Talk(talks=5), Company(me, partner=you))
    assert set(table["heard"]) == {"you 2", "you 4", "you 6"}
    assert len(me.asked) == 5 * TURNS * 2
    assert len(you.asked) == 5 * TURNS
    assert you.batches == [5] * TURNS  # what all talks wait for is one batch
    assert {question.to for question in [*me.asked, *you.asked]} == {""}


def test_a_question_without_addressee_has_the_identity_that_it_always_had():
    plain = Choose(Transcript().user("?"), {"A": "a", "B": "b"})
    assert identity(plain) == "63e94ddfb3192f1484dc23a453fee1deeab4254347accbc8443b4994f4113dc4"
    assert identity(replace(plain, to="partner")) != identity(plain)


def test_the_order_of_replies_is_that_of_the_questions():
    company = Company(Counting("me"), a=Counting("one"), b=Counting("two"))
    talk = Transcript().user("?")
    asked = [Continue(talk, to=to) for to in ("b", "", "a", "", "b")]
    assert [reply.text for reply in company.reply(asked)] == ["two 1", "me 1", "one 1", "me 1", "two 1"]
    heard: list[int] = []
    company.reply(asked, progress=heard.append)
    assert heard == sorted(heard)


def test_another_partner_asks_again_and_the_same_one_does_not(tmp_path):
    me, you, other = Counting("me"), Counting("you"), Counting("you", "else")
    first = probes.run(Talk(), Company(me, partner=you), out=tmp_path)
    before = len(me.asked) + len(you.asked)
    again = probes.run(Talk(), Company(me, partner=you), out=tmp_path)
    assert len(me.asked) + len(you.asked) == before
    assert again.equals(first)
    changed = probes.run(Talk(), Company(me, partner=other), out=tmp_path)
    assert set(changed["heard"]) == {"else"}
    assert changed["value"].tolist() == probes.run(Talk(), Company(me, partner=other))["value"].tolist()


def test_who_sits_where_is_part_of_the_fingerprint():
    one, two = Counting("one"), Counting("two")
    prints = {company.fingerprint for company in (Company(one, partner=two), Company(two, partner=one),
                                                  Company(one, other=two), Company(one, partner=one))}  # fmt: skip
    assert len(prints) == 4
    assert Company(one, partner=two).info["partners"]["partner"]["source"] == "two"
    assert Company(one, partner=two).name == "one"


def test_a_killed_dialogue_goes_on_where_it_was(tmp_path):
    me, you = Counting("me"), Counting("you", dies=1)
    whole = probes.run(Talk(), Company(Counting("me"), partner=Counting("you")))
    with pytest.raises(KeyboardInterrupt):
        probes.run(Talk(), Company(me, partner=you), out=tmp_path)
    resumed = probes.run(Talk(), Company(me, partner=you), out=tmp_path)
    assert resumed["value"].tolist() == whole["value"].tolist()
    assert len(you.asked) == 4 * TURNS  # nothing twice
    assert len(me.asked) <= 4 * (TURNS * 2 + 1)  # of the batch that died with the partner at most


def test_activations_are_captured_of_the_model_under_test_alone(tmp_path):
    tiny = probes.load_model("tiny", partner="tiny:1", check=False)
    capture = probes.Capture.layers(tiny)
    probes.run(Talk(talks=2), tiny, out=tmp_path, capture=capture)
    assert len(activations.read(tmp_path, "Talk").asks) == 2 * TURNS * 2


@pytest.mark.parametrize("window", [1, 2, 192])
def test_two_loaded_models_give_equal_results_at_any_batch(window):
    company = probes.load_model("tiny", partner="tiny:1", check=False)
    talk = Talk(talks=3, temperature=1.0)
    whole, parts = probes.run(talk, company), probes.run(talk, company, window=window)
    np.testing.assert_allclose(parts["value"], whole["value"], atol=1e-6)
    assert parts["heard"].tolist() == whole["heard"].tolist()


def test_exports_and_the_methods_paragraph_tell_the_partner_from_the_model(tmp_path):
    probes.run(Talk(talks=2), Company(Counting("me", "mine"), partner=Counting("you", "theirs")), out=tmp_path)
    log = json.loads(export.inspect_log(tmp_path, "Talk", tmp_path / "logs").read_text())
    assert {sample["output"]["completion"] for sample in log["samples"]} == {"B"}  # the last one of its own
    assert all("theirs" not in sample["output"]["completion"] for sample in log["samples"])
    (line, _) = map(json.loads, export.samples(tmp_path, "Talk", tmp_path / "lines.jsonl").read_text().splitlines())
    assert line["asked_of"] == ["", "partner", ""] * TURNS
    text = methods.paragraph([schema.manifest(tmp_path, "Talk")], [], {})
    assert "on me (fingerprint" in text
    assert "with you as partner (one fingerprint for all)" in text


def test_a_partner_of_the_same_name_with_other_settings_is_loaded_on_its_own(monkeypatch):
    opened = []

    def one(source, check, settings):
        opened.append((source, settings.get("template")))
        return Counting(source)

    monkeypatch.setattr(probes.models, "_one", one)
    company = probes.load_model("folder", template="plain", partner="folder")
    assert opened == [("folder", "plain"), ("folder", None)]
    assert company.model is not company.partners["partner"]
    same = probes.load_model("folder", partner="folder")
    assert same.model is same.partners["partner"]


def test_loading_a_partner():
    model = probes.load_model("scripted:first", partner="scripted:last")
    assert [model.name, model.partners["partner"].name] == ["scripted:first", "scripted:last"]
    assert probes.load_model(model, partner="scripted:echo").model is model.model  # a cell that is run again
    assert probes.load_model("scripted:first", partner="scripted:first").partners["partner"].name == "scripted:first"
    with pytest.raises(ValueError, match="at least one partner"):
        Company(model)
    with pytest.raises(ValueError, match="no partner 'ghost' in this company; there are: partner"):
        model.reply([Choose(Transcript().user("?"), {"A": "a", "B": "b"}, to="ghost")])
    three = probes.load_model(Company(model.model, judge=model.model), partner="scripted:echo")
    assert set(three.partners) == {"judge", "partner"}
    with pytest.raises(ValueError, match="'nobody'"):
        probes.core.script.ask(model, Score(Transcript().user("?"), text="a", to="nobody"))
