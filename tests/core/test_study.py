"""Own personas and probes of a study folder are found first, run, and recorded under their own names."""

from __future__ import annotations

import pytest

import probes
from probes.core import study
from probes.core.registry import Registry
from probes.core.suite import SUITE
from probes.models.scripted import uniform

PROBE = """
from dataclasses import dataclass

from probes import Choose, Probe, Row, Transcript, Trial


@dataclass(frozen=True)
class Coin(Probe):
    \"\"\"Heads or tails?\"\"\"

    measures = {"p_heads": "probability"}
    source = "own"

    def trials(self):
        yield Trial(coin=1)

    def play(self, trial, rng):
        reply = yield Choose(Transcript().user("Heads or tails?"), {"A": "heads", "B": "tails"})
        yield Row({"p_heads": reply.p["heads"]}, reply=reply)
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    for kind in ("personas", "probes"):
        (tmp_path / kind).mkdir()
    (tmp_path / "probes" / "coin.py").write_text(PROBE)
    monkeypatch.setenv(study.VARIABLE, str(tmp_path))
    return tmp_path


def test_an_own_probe_is_listed_run_and_recorded_by_its_file_name(own, tmp_path):
    fresh: Registry = Registry("probe", lambda: sorted(SUITE), SUITE._load)
    assert "coin" in fresh
    table = probes.run(fresh["coin"](), probes.ScriptedModel(uniform), out=tmp_path / "run")
    assert table["value"].tolist() == [0.5]
    assert (tmp_path / "run" / "records" / "coin" / "manifest.json").exists()


def test_an_own_persona_is_found_by_name(own):
    name = next(iter(probes.personas))
    source = probes.__path__[0] + f"/shared/personas/{name}.yaml"
    with open(source, encoding="utf-8") as file:
        (own / "personas" / "my_persona.yaml").write_text(file.read(), encoding="utf-8")
    assert "my_persona" in list(probes.personas)
    assert probes.personas["my_persona"].text == probes.personas[name].text


def test_outside_a_study_nothing_is_added(monkeypatch, tmp_path):
    monkeypatch.delenv(study.VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert study.own("probes") == {}
    assert "coin" not in SUITE
