"""Notebooks side by side: all are tried, each has its share of the processors, and a stop reaches them all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from runner_cases import FINE, write

from runner import together
from runner.files import read_json
from runner.launch import THREADS

COMMAND = [sys.executable, "-m", "runner.cli", "run"]


def started(folder, *names, **variables):
    return subprocess.Popen([*COMMAND, *names], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**os.environ, **variables})  # fmt: skip


def statuses(folder):
    found = (read_json(path, {}) for path in (folder / "reports").glob("*/status.json"))
    return {status["notebook"]: status for status in found}


def test_one_failure_stops_no_other_and_what_a_process_prints_names_its_notebook(tmp_path):
    write(tmp_path, "one", FINE)
    write(tmp_path, "two", "raise ValueError('two is broken')")
    process = started(tmp_path, "one.ipynb", "two.ipynb", "--jobs", "2")
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert {name: status["state"] for name, status in statuses(tmp_path).items()} == {
        "one": "finished",
        "two": "failed",
    }
    assert "two  failed : ValueError: two is broken" in err.replace("failed: ", "failed : ")
    assert "1 of 2 finished" in err
    assert (tmp_path / "reports" / "index.html").is_file()
    assert sum(line.endswith("report.html") for line in out.splitlines()) == 2


def test_the_longest_notebook_begins_first(tmp_path):
    """Begun last it would end alone, with all processors but one idle."""
    write(tmp_path, "a_short", FINE)
    write(tmp_path, "b_long", FINE + "\n# " + "x" * 500)
    process = started(tmp_path, "a_short.ipynb", "b_long.ipynb", "--jobs", "1")
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert ["b_long" in line for line in out.splitlines() if line.endswith("report.html")] == [True, False]


def test_a_stop_reaches_all_and_they_can_be_continued(tmp_path):
    for name in ("one", "two"):
        write(tmp_path, name, "import time\ntime.sleep(600)")
    process = started(tmp_path, "one.ipynb", "two.ipynb", "--jobs", "2")
    deadline = time.monotonic() + 200
    while [status.get("state") for status in statuses(tmp_path).values()] != ["running"] * 2:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert process.returncode == 130
    assert {status["state"] for status in statuses(tmp_path).values()} == {"interrupted"}


def test_several_notebooks_take_no_parameters(tmp_path):
    done = subprocess.run(
        [*COMMAND, "x", "y", "-p", "seed=1"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 2
    assert "several or --all (without)" in done.stderr


@pytest.mark.parametrize(("cores", "room", "jobs"), [(2, 64, 2), (64, 64, 4), (8, 11, 2), (8, 1, 1)])
def test_as_many_as_there_is_room_for(cores, room, jobs, monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr("psutil.virtual_memory", lambda: type("Memory", (), {"available": room * 2**30}))
    assert together.at_a_time() == jobs


def test_processors_are_shared_out(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)))
    assert together.share(3)[THREADS] == "2"
    assert together.share(1) == {"PYTHONUNBUFFERED": "1"}, "alone it takes what nothing else uses"
