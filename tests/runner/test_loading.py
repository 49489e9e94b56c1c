"""How a model is loaded is said once: by options of run, check and sweep, which become a parameter of the notebook."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
import runner_cases
from runner_cases import FINE, write
from typer.testing import CliRunner

import probes
from runner import cli, instruments, session
from runner.loading import LOAD, OPTIONS
from runner.notebook import default_notebooks, find, read
from runner.plan import plan
from runner.sweep import grid


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    grid._notebook.cache_clear()
    write(tmp_path / "notebooks", "without", FINE)
    loads = f"{runner_cases.PARAMETERS}\nload: dict[str, str] = {{}}  # how it is loaded"
    monkeypatch.setattr(runner_cases, "PARAMETERS", loads)
    write(tmp_path / "notebooks", "one", FINE)
    return tmp_path


def invoked(*words):
    return CliRunner().invoke(cli.app, list(words), catch_exceptions=False)


def test_every_notebook_that_loads_a_model_takes_the_options():
    explored = [find(f"notebooks/explore/{name}.ipynb") for name in ("demo", "tour")]
    for path in [*default_notebooks(), *explored]:
        told = read(path)
        assert ("model" in told.parameters) == (LOAD in told.parameters), path
        loads = re.search(r"load_model\(model, (partner=partner, )?\*\*load\)", Path(path).read_text())
        assert bool(loads) == (LOAD in told.parameters), path


def test_the_options_are_those_of_load_model():
    assert set(OPTIONS) < set(inspect.signature(probes.load_model).parameters)


def test_options_of_run_reach_the_notebook_and_make_another_run(folder, monkeypatch):
    seen = []
    monkeypatch.setattr(session, "run_one", lambda name, given, *rest, **named: seen.append(given) or 0)
    assert invoked("run", "one", "-p", "load={dtype: float64, date: 2026-02-01}", "--dtype", "bfloat16").exit_code == 0
    assert seen[0]["load"] == {"dtype": "bfloat16", "date": "2026-02-01"}
    assert plan("one", seen[0]).resolved["load"] == seen[0]["load"]
    assert plan("one", seen[0]).folder != plan("one", {}).folder
    assert invoked("run", "one", "-p", "load={dtype", "--dtype", "bfloat16").exit_code == 2


def test_options_of_a_sweep_win_in_every_cell_that_loads_a_model(folder):
    (folder / "s.yaml").write_text("notebooks: [one, without]\nset: {seed: 1}\nproduct: {model: [a, b]}")
    found = grid.cells(folder / "s.yaml", load={"thinking": "on"})
    assert [cell.given.get("load") for cell in found] == [{"thinking": "on"}] * 2 + [None] * 2


def test_options_of_check_reach_load_model(monkeypatch):
    seen = []
    monkeypatch.setattr(instruments, "check", lambda model, load: seen.append((model, load)) or 0)
    assert invoked("check", "tiny", "--dtype", "float16", "--thinking", "64").exit_code == 0
    assert seen == [("tiny", {"dtype": "float16", "thinking": "64"})]


def test_an_unknown_option_is_named_with_those_there_are():
    with pytest.raises(probes.LoadError, match=r"no option 'dtyp'.*dtype"):
        probes.load_model("tiny", dtyp="float16")
