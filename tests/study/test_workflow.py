"""The workflow of docs/workflows: it parses, its scripts run, and its answer is that of the gate."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

FILE = Path(__file__).parents[2] / "docs" / "workflows" / "compare.yml"
FLOW = yaml.safe_load(FILE.read_text(encoding="utf-8"))
STEPS = {step.get("name", step.get("uses", step.get("run"))): step for step in FLOW["jobs"]["compare"]["steps"]}
GATED = {0: 0, 1: 1, 2: 0, 3: 1}
"""Exit code of the gate -> of the step: undecided is a warning, no failure."""


@pytest.fixture
def job(tmp_path):
    """Runs the script of a step as the service does, `interlocutor` being the program given."""

    def run(step: str, program: str, **more: str) -> tuple[int, str]:
        place = tmp_path / "bin" / "interlocutor"
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"#!/bin/sh\n{program}\n")
        place.chmod(0o755)
        env = {**os.environ, "PATH": f"{place.parent}:{os.environ['PATH']}", **FLOW["jobs"]["compare"]["env"], **more}
        env |= {name: str(tmp_path / name) for name in ("GITHUB_ENV", "GITHUB_STEP_SUMMARY")}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env, timeout=300)
        return done.returncode, done.stdout + done.stderr

    return run


def variables(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def test_it_is_a_workflow_that_may_read_only():
    assert set(FLOW) == {"name", True, "permissions", "jobs"}  # YAML 1.1 reads `on` as true
    assert FLOW["permissions"] == {"contents": "read"}
    assert all("uses" in step or "run" in step for step in STEPS.values())
    assert "Run both models" in STEPS
    assert "Compare" in STEPS


def test_both_runs_are_found_by_what_the_command_prints(job, tmp_path):
    code, said = job("Run both models", 'echo "reports/$2-$4/report.html" | tr = _')
    assert code == 0, said
    names = FLOW["jobs"]["compare"]["env"]
    assert variables(tmp_path / "GITHUB_ENV") == {
        "before": os.path.dirname(f"reports/{names['NOTEBOOK']}-model_{names['BEFORE']}/report.html"),
        "after": os.path.dirname(f"reports/{names['NOTEBOOK']}-model_{names['AFTER']}/report.html"),
    }


def test_a_failed_run_ends_the_job(job):
    assert job("Run both models", "exit 1")[0] != 0


@pytest.mark.parametrize(("gate", "ends"), GATED.items())
def test_the_step_ends_as_the_gate_says(job, tmp_path, gate, ends):
    program = f'mkdir -p comparison; test {gate} = 3 || echo "said: $*" > comparison/summary.md; exit {gate}'
    code, said = job("Compare", program, before="a", after="b")
    assert code == ends
    assert ("::warning::undecided" in said) == (gate == 2)
    summary = (tmp_path / "GITHUB_STEP_SUMMARY").read_text() if gate != 3 else ""
    assert ("said: compare a b --gate --to comparison" in summary) == (gate != 3)


@pytest.mark.slow
def test_its_commands_compare_two_stand_ins(job, notebook, tmp_path):
    program = f'exec "{sys.executable}" -m runner.cli "$@"'
    root = str(Path(__file__).parents[2])
    given = {"PYTHONPATH": root, "INTERLOCUTOR_STUDY": str(notebook.parent.parent), "NOTEBOOK": "asks_back"}
    models = {"BEFORE": "scripted:reserved", "AFTER": "scripted:curious"}
    code, said = job("Run both models", program, **given, **models)
    assert code == 0, said
    runs = variables(tmp_path / "GITHUB_ENV")
    code, said = job("Compare", program, **given, **runs)
    assert code == 1, said
    assert "| asks.back | changed |" in (tmp_path / "GITHUB_STEP_SUMMARY").read_text()
    code, said = job("Compare", program, **given, before=runs["before"], after=runs["before"])
    assert code == 1
    assert "the same run is given twice" in " ".join(said.split())
