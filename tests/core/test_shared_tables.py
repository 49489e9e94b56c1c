"""The table of a folder that several runs share: each run's rows are its own and today's, also where there are none."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow.parquet as pq
import pytest

import probes
from probes import Choose, Probe, Row, ScriptedModel, Transcript, Trial
from probes.models.scripted import uniform

SILENT: list[int] = []


@dataclass(frozen=True)
class Quiet(Probe):
    """Trials that may bring no row."""

    words: str = "yes or no"
    measures = {"p": "probability"}
    source = "made for this test"

    def trials(self):
        return (Trial(item=at) for at in range(4))

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user(f"{trial.item}: {self.words}?"), {"A": "yes", "B": "no"})
        if trial.item not in SILENT:
            yield Row({"p": reply.p["yes"]}, reply=reply)


@pytest.fixture(autouse=True)
def loud():
    yield
    SILENT.clear()


def test_rows_of_a_run_that_brings_none_today_are_gone(tmp_path):
    model = ScriptedModel(uniform, "a")
    probes.run(Quiet(), model, out=tmp_path)
    probes.run(Quiet(words="left or right"), model, out=tmp_path)
    SILENT.extend(range(4))
    assert probes.run(Quiet(), model, out=tmp_path).empty

    kept = pq.read_table(tmp_path / "records" / "Quiet" / "trials.parquet").to_pandas()
    assert len(kept) == 4  # those of the other parameters
    assert kept["key"].nunique() == 4


def test_a_model_under_another_name_replaces_its_own_rows(tmp_path):

    first, second = ScriptedModel(uniform, "a"), ScriptedModel(uniform, "b")
    second.fingerprint = first.fingerprint
    probes.run(Quiet(), first, out=tmp_path)
    SILENT.extend((0, 1))
    probes.run(Quiet(), second, out=tmp_path)
    kept = pq.read_table(tmp_path / "records" / "Quiet" / "trials.parquet").to_pandas()
    assert kept["model"].tolist() == ["b", "b"]
