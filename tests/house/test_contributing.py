"""CONTRIBUTING keeps its promises: both recipes, as printed, make a probe and a family that the house accepts."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import probes
from probes.models.scripted import uniform

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
PROBE = CODE[0]
BLOCKS = {path.group(1): block for block in CODE[1:] if (path := re.match(r"# (\S+)\n", block))}
STEPS = re.findall(r"^\d\. (.*?)(?=^\d\. |^```)", TEXT, re.DOTALL | re.MULTILINE)
FILES = list(dict.fromkeys(path for step in STEPS for path in re.findall(r"`(\w+/[\w/]*\.\w+)`", step)))


def functions_of(path: str):
    """The functions of another test module, whatever pytest calls it."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / "tests" / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rooms") / "numbers" / "suite"
    folder.mkdir(parents=True)
    (folder / "even_or_odd.py").write_text(PROBE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probes, "__path__", [*probes.__path__, str(folder.parents[1])])
        yield PROBE
    for name in ("probes.numbers", "probes.numbers.suite", "probes.numbers.suite.even_or_odd"):
        sys.modules.pop(name, None)


def test_the_example_is_one_short_file_and_is_listed(example):
    assert len(example.splitlines()) < 40
    assert "even_or_odd" in probes.suite
    text = probes.suite.even_or_odd.__doc__
    assert text.startswith("Does the model")
    assert "what `help` says about it" in text


def test_the_example_runs_and_lands_on_chance(example, tiny):
    probe = probes.suite.even_or_odd()
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


def test_the_example_keeps_the_contract_of_every_probe(example, tiny):
    contract = functions_of("core/test_contract.py")
    assert "even_or_odd" in contract.NAMES
    probe = contract.example("even_or_odd")
    played = probe, probes.run(probe, tiny)
    contract.test_it_says_what_it_is("even_or_odd")
    contract.test_same_trials_every_time_and_no_two_alike("even_or_odd")
    contract.test_same_questions_every_time("even_or_odd", tiny)
    contract.test_it_returns_exactly_its_measures_and_keeps_unreadable_rows(played)
    contract.test_it_lands_on_its_declared_chance(played)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the tree with the family of the second recipe, made from nothing but CONTRIBUTING."""
    root = tmp_path_factory.mktemp("tree")
    for wing in ("probes", "analysis", "runner"):
        shutil.copytree(ROOT / wing, root / wing, ignore=shutil.ignore_patterns("__pycache__"))
    for folder, pattern in (("docs", "*.md"), ("notebooks", "*.ipynb"), ("tests", "*")):
        (root / folder).mkdir()
        for path in (ROOT / folder).glob(pattern):
            (root / folder / path.name).mkdir() if path.is_dir() else (root / folder / path.name).touch()
    for path in FILES:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(BLOCKS.get(path, PROBE if path.endswith("even_or_odd.py") else '"""Numbers."""\n'))
    contracts = (ROOT / "pyproject.toml").read_text()
    for wing in ("probes", "analysis"):
        contracts = contracts.replace(f"| {wing}.minds", f"| {wing}.minds | {wing}.numbers")
    (root / "pyproject.toml").write_text(contracts)
    return root


PRINTED = {"probes/numbers/suite/even_or_odd.py": PROBE, "probes/user_model/suite/who_did_it.py": CODE[1], **BLOCKS}


@pytest.mark.parametrize("path", sorted(path for path in PRINTED if not path.startswith("notebooks")))
def test_the_printed_code_has_the_style_of_the_house(path):
    for command in (["check", "--no-cache"], ["format", "--check"]):
        asked = [sys.executable, "-m", "ruff", *command, "--stdin-filename", path, "-"]
        done = subprocess.run(asked, input=PRINTED[path], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_printed_notebook_is_made_and_runs(tree):
    pair = [sys.executable, "-m", "jupytext", "--set-formats", "ipynb,py:percent", "notebooks/numbers.py"]
    done = subprocess.run(pair, capture_output=True, text=True, cwd=tree)
    assert done.returncode == 0, done.stderr
    cells = json.loads((tree / "notebooks" / "numbers.ipynb").read_text())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert [cell["metadata"].get("tags") for cell in cells].count(["parameters"]) == 1
    code.insert(1, 'model = "scripted:uniform"')
    env = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": str(tree)}
    done = subprocess.run([sys.executable, "-c", "\n".join(code)], capture_output=True, text=True, cwd=tree, env=env)
    assert done.returncode == 0, done.stderr
    assert json.loads((tree / "reports" / "numbers" / "claims.json").read_text())


def test_the_recipe_names_every_file_that_it_prints():
    assert set(BLOCKS) < set(FILES)


def test_the_house_accepts_the_new_family(tree):
    rooms = functions_of("house/test_rooms.py")
    assert "numbers" in rooms.families("probes", tree) & rooms.families("analysis", tree)
    assert not rooms.missing_rooms(tree)
    assert not rooms.misplaced(tree)
    assert not rooms.unnamed_rooms("probes", tree)
    assert not rooms.unnamed_rooms("analysis", tree)
    assert not rooms.between_families("probes", tree)
    assert not rooms.between_families("analysis", tree)
    (tree / "docs" / "numbers.md").rename(tree / "docs" / "elsewhere.md")
    assert rooms.missing_rooms(tree) == ["docs/numbers.md is missing"]


def test_the_new_family_goes_from_model_to_claim_and_figure(tree):
    code = """
import probes
from analysis import numbers
from analysis.numbers import plots
table = probes.run(probes.suite.even_or_odd.sized("small"), probes.load_model("scripted:uniform"))
(claim,) = numbers.claims(table)
assert abs(claim.estimate.value - 0.5) < 1e-9, claim.estimate
assert dir(plots) == ['by_number']
drawn = plots.by_number.draw(plots.by_number.prepare(table))
assert len(drawn.lines[0].get_xdata()) == 10
print(probes.__file__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tree,
        env={"MPLBACKEND": "Agg", "PYTHONPATH": str(tree)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tree))


def test_the_contracts_hold_for_the_new_family(tree):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tree)
    assert done.returncode == 0, done.stdout
