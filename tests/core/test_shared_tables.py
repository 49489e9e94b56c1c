"""The table of a folder that several runs share: the last run's rows and no others, of their own types."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow.parquet as pq
import pytest

import probes
from probes import Choose, Probe, Row, ScriptedModel, Transcript, Trial, schema
from probes.models.scripted import uniform

SILENT: list[int] = []


@dataclass(frozen=True)
class Quiet(Probe):
    """Trials that are not always asked."""

    words: str = "yes or no"
    measures = {"p": "probability"}
    source = "made for this test"

    def trials(self):
        return (Trial(item=at) for at in range(4) if at not in SILENT)

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user(f"{trial.item}: {self.words}?"), {"A": "yes", "B": "no"})
        yield Row({"p": reply.p["yes"]}, reply=reply)


@pytest.fixture(autouse=True)
def loud():
    yield
    SILENT.clear()


def test_a_run_that_has_no_trials_today_is_refused_and_its_folder_is_not_finished(tmp_path):
    model = ScriptedModel(uniform, "a")
    probes.run(Quiet(), model, out=tmp_path)
    SILENT.extend(range(4))
    with pytest.raises(ValueError, match="no trials with these parameters"):
        probes.run(Quiet(), model, out=tmp_path)
    assert [about["finished"] for about in probes.schema.manifests(tmp_path)] == [False]


@dataclass(frozen=True)
class Typed(Probe):
    """A fact whose type is a parameter's."""

    names: tuple[object, ...] = (1, 2)
    measures = {"p": "probability"}
    source = "made for this test"

    def trials(self):
        return (Trial(item=name) for name in self.names)

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user(f"{trial.item}?"), {"A": "yes", "B": "no"})
        yield Row({"p": reply.p["yes"]}, {"also": 2**60 + 1} if trial.item == self.names[0] else {}, reply=reply)


def test_facts_of_another_type_in_the_same_folder_are_read_as_they_are(tmp_path):
    model, big = ScriptedModel(uniform, "a"), 2**53 - 1
    for names in ((big, 2), ("one", "two"), (0.5, 1.5), (True, False), (big, 2)):
        run = probes.run(Typed(names), model, out=tmp_path)
        stored = schema.table(tmp_path, "Typed")["item"].to_pylist()
        assert stored == run["item"].tolist() == list(names)
        assert {type(item) for item in stored} == {type(names[0])}


def test_a_whole_number_that_no_float_holds_is_not_rounded(tmp_path):
    run = probes.run(Typed(), ScriptedModel(uniform, "a"), out=tmp_path)
    assert run["also"].tolist()[0] == schema.table(tmp_path, "Typed")["also"].to_pylist()[0] == str(2**60 + 1)


def test_a_model_under_another_name_replaces_its_own_rows(tmp_path):

    first, second = ScriptedModel(uniform, "a"), ScriptedModel(uniform, "b")
    second.fingerprint = first.fingerprint
    probes.run(Quiet(), first, out=tmp_path)
    SILENT.extend((0, 1))
    probes.run(Quiet(), second, out=tmp_path)
    kept = pq.read_table(tmp_path / "records" / "Quiet" / "trials.parquet").to_pandas()
    assert kept["model"].tolist() == ["b", "b"]
