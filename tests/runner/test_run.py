"""Runs with real kernels: what counts as finished, what does not, and what a second start does."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from runner_cases import FINE, packages_stand_still, write

from probes.schema import state
from runner.files import read_json, write_json
from runner.folder import Busy, RunFolder, held, next_number, run_id
from runner.plan import plan
from runner.run import carry_out

COMMAND = [sys.executable, "-m", "runner.cli"]
CASES = {
    "fine": ([FINE], True, 0, "finished", ""),
    "raises": (["1 / 0"], True, 1, "failed", "division by zero"),
    "exits": (["import sys; sys.exit(0)"], True, 1, "failed", "SystemExit"),
    "killed": (["import os; os.kill(os.getpid(), 9)"], True, 1, "failed", "SIGKILL"),
    "sleeps": (["import time; time.sleep(60)"], True, 1, "failed", "longer than the 3 s"),
    "silent": ([FINE], False, 1, "failed", "without publishing its claims"),
    "leaves": (["import os; os._exit(7)"], True, 1, "failed", "exit code 7"),
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """Every case run once by the command: name -> (exit code, status, report, notebook)."""
    root = tmp_path_factory.mktemp("runs")

    def one(name):
        codes, sentinel, *_ = CASES[name]
        path = write(root, name, *codes, sentinel=sentinel)
        words = ["run", str(path), "-p", "seed=3", "--out", str(root / "reports"), "--timeout", "3"]
        done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=120, check=False)
        folder = next((root / "reports").glob(f"{name}-*"))
        return name, (done.returncode, read_json(folder / "status.json"), folder)

    with ThreadPoolExecutor(2) as pool:
        return dict(pool.map(one, CASES))


@pytest.mark.parametrize("name", CASES)
def test_only_a_notebook_that_ran_to_its_end_and_published_is_finished(ended, name):
    code, status, folder = ended[name]
    assert code == CASES[name][2]
    assert status["state"] == CASES[name][3]
    assert CASES[name][4] in status["reason"]
    page = (folder / "report.html").read_text()
    assert ("This run did not finish" in page) == (status["state"] != "finished")


def test_given_parameters_reach_the_notebook_and_its_folder_is_told(ended):
    _, _, folder = ended["fine"]
    text = (folder / "notebook.ipynb").read_text()
    assert "seed 3 samples 2" in text
    assert read_json(folder / "parameters.json")["given"] == {"seed": 3}
    assert (folder / "claims.json").exists()


def test_no_socket_folder_kernel_or_temporary_file_is_left(ended):
    for _, _, folder in ended.values():
        assert not [path.name for path in folder.iterdir() if path.name.startswith((".kernel", ".notebook", ".status"))]
        assert not held(folder)


def test_the_index_lists_them_all(ended):
    page = (next(iter(ended.values()))[2].parent / "index.html").read_text()
    assert page.count('<article class="run"') == len(CASES)


def test_same_parameters_same_folder_and_out_does_not_count():
    book, root = Path("a.ipynb"), Path("reports")
    assert run_id(book, {"x": 1, "y": "2", "out": "p"}, root) == run_id(book, {"y": "2", "x": 1, "out": "q"}, root)
    assert run_id(book, {"x": 1}, root) != run_id(book, {"x": "1"}, root)
    assert run_id(Path("d/a.ipynb"), {}, root) != run_id(book, {}, root)
    assert re.fullmatch("a-[0-9a-f]{10}", run_id(book, {}, root))


def test_refusals_exit_2_list_everything_and_start_nothing(tmp_path):
    path = write(tmp_path, "fine", FINE)
    out = tmp_path / "reports"
    bad = ["-p", "sed=1", "-p", "samples=0", "-p", "x=__import__('os')", "-p", "seed=nan"]
    done = subprocess.run(
        [*COMMAND, "run", str(path), *bad, "--out", str(out)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("refused:") == 4
    assert not out.exists()


@pytest.mark.parametrize(
    ("tagged", "kernel", "said"),
    [(0, "python3", "no cells tagged"), (2, "python3", "2 cells"), (1, "julia-9", "julia-9")],
)
def test_notebooks_that_cannot_be_run_are_refused(tmp_path, tagged, kernel, said):
    from runner.parameters import Refused

    with pytest.raises(Refused, match=said):
        plan(str(write(tmp_path, "odd", FINE, parameters=tagged, kernel=kernel)), {})


def test_a_notebook_name_with_braces_is_only_a_name(tmp_path):
    chosen = plan(str(write(tmp_path, "a{pm.__class__} b", FINE)), {}, tmp_path / "re {ports}")
    assert carry_out(chosen, index=False).state == "finished"


def test_a_finished_run_is_left_alone_until_something_changes(tmp_path):
    path = write(tmp_path, "fine", FINE)
    with packages_stand_still():
        first = carry_out(plan(str(path), {}, tmp_path / "r"), index=False)
        assert not first.skipped
        assert carry_out(plan(str(path), {}, tmp_path / "r"), index=False).skipped
    write(tmp_path, "fine", FINE, "changed = 1")
    assert not carry_out(plan(str(path), {}, tmp_path / "r"), index=False).skipped


def test_a_held_folder_refuses_a_second_run(tmp_path):
    with RunFolder(tmp_path / "r") as folder:
        folder.update(state="running")
        assert state(tmp_path / "r") == "running"
        with pytest.raises(Busy, match=str(os.getpid())), RunFolder(tmp_path / "r"):
            pass
    assert state(tmp_path / "r") == "stopped"


def test_a_report_that_cannot_be_written_fails_the_run_and_says_so(tmp_path, monkeypatch):
    import runner.report

    def broken(*_):
        raise RuntimeError("template <gone>")

    monkeypatch.setattr(runner.report, "write_report", broken)
    verdict = carry_out(plan(str(write(tmp_path, "fine", FINE)), {}, tmp_path / "r"), index=False)
    assert verdict.state == "failed"
    assert "template <gone>" in verdict.reason
    assert "template &lt;gone&gt;" in (verdict.folder / "report.html").read_text()


def test_a_package_that_cannot_be_imported_is_a_verdict_not_a_crash(tmp_path, monkeypatch):
    import runner.run

    def broken(_):
        raise ImportError("half-written module")

    monkeypatch.setattr(runner.run, "_provenance", broken)
    verdict = carry_out(plan(str(write(tmp_path, "fine", FINE)), {}, tmp_path / "r"), index=False)
    assert (verdict.state, verdict.reason) == ("failed", "ImportError: half-written module")


COUNTING = """
import pathlib, time
marks = pathlib.Path(out) / "marks"
marks.mkdir(parents=True, exist_ok=True)
for k in range(6):
    if not (marks / str(k)).exists():
        with (marks.parent / "log").open("a") as log:
            _ = log.write(f"{k}\\n")
        (marks / str(k)).touch()
        time.sleep(0.4)
"""


def test_killed_without_warning_the_same_command_finishes_and_the_old_kernel_is_gone(tmp_path):
    path = write(tmp_path, "counting", COUNTING)
    words = [*COMMAND, "run", str(path), "--out", str(tmp_path / "r")]
    runner = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    folder = plan(str(path), {}, tmp_path / "r").folder
    until(lambda: (folder / "marks" / "1").exists())
    kernel = json.loads((folder / ".kernel.json").read_text())["pid"]
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    assert state(folder) == "stopped"
    assert subprocess.run(words, capture_output=True, timeout=120, check=False).returncode == 0
    assert state(folder) == "finished"
    assert not os.path.exists(f"/proc/{kernel}")
    assert (folder / "log").read_text().split() == [str(k) for k in range(6)]


@pytest.mark.slow
def test_terminated_it_says_interrupted_and_ends_its_kernel(tmp_path):
    path = write(tmp_path, "sleeps", "import time; time.sleep(60)")
    words = [*COMMAND, "run", str(path), "--out", str(tmp_path / "r")]
    runner = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    folder = plan(str(path), {}, tmp_path / "r").folder
    until(lambda: (read_json(folder / "status.json") or {}).get("cell", 0) >= 2)
    kernel = json.loads((folder / ".kernel.json").read_text())["pid"]
    runner.terminate()
    assert runner.wait(timeout=200) == 130
    assert state(folder) == "interrupted"
    until(lambda: not os.path.exists(f"/proc/{kernel}"))


def until(true, seconds=300.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def test_runs_are_numbered_in_the_order_they_finished_and_a_lost_count_does_not_go_back(tmp_path):
    assert [next_number(tmp_path) for _ in range(3)] == [1, 2, 3]
    write_json(tmp_path / "a" / "status.json", {"state": "finished", "number": 7})
    for said in ("", "x"):
        (tmp_path / ".number").write_text(said)
        assert next_number(tmp_path) == 8
