"""A run whose process was killed is told from one that runs: in lists, and by commands that need a finished one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

import analysis
from analysis.atlas.tables.survey import survey
from analysis.report.show.sweep import sweep
from runner.index import entries

HOLDER = """
import sys, time
from pathlib import Path
from runner.folder import RunFolder
with RunFolder(Path(sys.argv[1])) as held:
    held.update(state="running", run="asks-b")
    print("held", flush=True)
    time.sleep(300)
"""


@pytest.fixture
def process(pair):
    """A process that carries the run `asks-b` out and does not get far."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(pair[1])], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    yield holder
    holder.kill()
    holder.wait()


def listed(root):
    """What the index and the atlas say of `asks-b`."""
    (state,) = (entry["state"] for entry in entries(root) if entry["run"] == "asks-b")
    runs = survey(root).runs.set_index("run")
    return state, runs.loc["asks-b", "counts"]


def test_a_killed_run_is_told_from_one_that_runs(process, pair, root, refusals):
    assert all("asks-b is running: wait until it has finished" in answer for answer in refusals())
    assert listed(root) == ("running", "no: running")
    process.send_signal(signal.SIGKILL)
    process.wait()
    killed = "asks-b was stopped, its process is gone: interlocutor resume asks-b continues it"
    assert all(killed in answer for answer in refusals())
    assert listed(root) == ("stopped", "no: stopped")
    with pytest.raises(ValueError, match="its process is gone"):
        analysis.compare(*pair)


def test_a_cell_of_a_sweep_whose_process_is_gone_is_stopped(tmp_path):
    cells = tmp_path / "cells"
    cells.mkdir()
    (cells / "one.json").write_text(json.dumps({"run": "one", "state": "running"}))
    (cells / "two.json").write_text(json.dumps({"run": "two", "state": "finished"}))
    assert dict(sweep(tmp_path)[["run", "state"]].to_numpy()) == {"one": "stopped", "two": "finished"}
