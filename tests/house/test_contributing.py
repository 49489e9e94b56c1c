"""CONTRIBUTING keeps its promise: the example probe, as printed, is found, listed and held to the contract."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import probes
from probes.models.scripted import uniform

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rooms") / "numbers" / "suite"
    folder.mkdir(parents=True)
    code = re.search(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL).group(1)
    (folder / "even_or_odd.py").write_text(code)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probes, "__path__", [*probes.__path__, str(folder.parents[1])])
        yield code
    for name in ("probes.numbers", "probes.numbers.suite", "probes.numbers.suite.even_or_odd"):
        sys.modules.pop(name, None)


def test_the_example_is_one_short_file_and_is_listed(example):
    assert len(example.splitlines()) < 40
    assert "even_or_odd" in probes.suite
    assert probes.suite["even_or_odd"].__doc__.startswith("Does the model")


def test_the_example_runs_and_lands_on_chance(example, tiny):
    probe = probes.suite["even_or_odd"]()
    table = probes.run(probe, tiny)
    right = table.query("measure == 'p_right'")
    assert len(right) == 2 * 20
    assert right["value"].mean() == pytest.approx(0.5, abs=0.05)
    assert set(right["probe"]) == {"even_or_odd"}


@pytest.fixture
def on_the_world(tmp_path, monkeypatch):
    folder = tmp_path / "mornings" / "suite"
    folder.mkdir(parents=True)
    code = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)[1]
    (folder / "who_did_it.py").write_text(code)
    monkeypatch.setattr(probes, "__path__", [*probes.__path__, str(tmp_path)])
    yield code
    for name in ("probes.mornings", "probes.mornings.suite", "probes.mornings.suite.who_did_it"):
        sys.modules.pop(name, None)


def test_a_probe_on_the_user_world_is_one_file_under_60_lines(on_the_world):
    assert len(on_the_world.splitlines()) < 60
    blank = probes.run(probes.suite["who_did_it"](), probes.ScriptedModel(uniform))
    means = blank.groupby("measure")["value"].mean()
    assert means["pairing"] == pytest.approx(0.0, abs=1e-9)
    assert means["hit"] == pytest.approx(0.5)


def test_that_probe_sees_who_reads_names(on_the_world):
    def reader(question):
        """Nats for a drink where the person asked about had it."""
        rows = []
        for shown in (question.transcript, *question.contexts):
            *lines, _, stem = shown.turns[0].text.split("\n")
            own = next(line for line in lines if line.split()[2] in stem)
            rows.append(2.0 * (question.text in own))
        return rows

    found = probes.run(probes.suite["who_did_it"](), probes.ScriptedModel(reader))
    assert found.query("measure == 'pairing'")["value"].to_numpy() == pytest.approx(2.0)
