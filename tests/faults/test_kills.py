"""SIGKILL at random moments: nothing is lost, nothing is there twice, and the numbers are those of a quiet run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kill_subject import opened, work
from runner_cases import write

from probes.core.records import Records
from runner.files import read_json
from runner.sweep.ledger import Ledger

HERE = Path(__file__).parent
FACTS = ["key", "item", "row", "measure", "value", "status", "text", "stop", "cluster"]


def whole(out: Path, items: int, source: str) -> None:
    """The records below `out` are those of an undisturbed run, each once."""
    wanted = work(None, items, 0.0, source)
    folder = out / "records" / "Killed"
    keys = [record["key"] for record in Records(folder).trials.read()]
    assert len(keys) == len(set(keys)) == items
    assert set(keys) == set(wanted["key"])
    found = pd.read_parquet(folder / "trials.parquet")
    pd.testing.assert_frame_equal(found[FACTS], wanted[FACTS], check_dtype=False, check_exact=True)
    assert read_json(folder / "manifest.json")["finished"] is True
    assert not list(folder.glob("replies-*"))


def fork(out: Path, items: int, seconds: float, source: str) -> int:
    """A child that does the run from wherever it stands, and nothing after it."""
    child = os.fork()
    if not child:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        try:
            work(out, items, seconds, source)
        finally:
            os._exit(0)
    return child


@pytest.mark.parametrize("source", ["scripted:uniform", pytest.param("tiny", marks=pytest.mark.slow)])
def test_fifty_kills_of_the_writing_process(tmp_path, source):
    """Each lives a random while, from nothing to several batches; a run that got to its end is judged."""
    rng = np.random.default_rng(0)
    items, kills, ended = 80, 0, 0
    opened(source)
    while kills < 50:
        out = tmp_path / str(ended)
        child = fork(out, items, 0.004, source)
        time.sleep(float(rng.exponential(0.15)))
        os.kill(child, signal.SIGKILL)
        killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        kills += killed
        if not killed:
            whole(out, items, source)
            ended += 1
    last = tmp_path / str(ended)
    work(last, items, 0.0, source)
    whole(last, items, source)
    print(f"{kills} kills of {source}, {ended + 1} runs whole")


def alive(pid: object) -> bool:
    """Whether a process runs; one that is dead and not yet waited for does not."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return said.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.slow
def test_kills_of_runner_worker_and_kernel(tmp_path):
    """A sweep of one cell on the tiny model. INTERLOCUTOR_KILLS=50 for the full measurement."""
    most, items = int(os.environ.get("INTERLOCUTOR_KILLS", "8")), 400
    rng = np.random.default_rng(1)
    code = f"import sys; sys.path.insert(0, {str(HERE)!r})\nfrom kill_subject import work\nwork(out, {items}, 0.2)"
    write(tmp_path / "notebooks", "killed", code)
    (tmp_path / "grid.yaml").write_text("notebooks: [killed]")
    ledger = Ledger(tmp_path / "reports", "grid")
    words = [sys.executable, "-m", "runner.cli", "sweep", "grid.yaml", "--retry-failed"]
    kills = dict.fromkeys(("runner", "worker", "kernel"), 0)
    end, runner = time.monotonic() + 3000, None
    while sum(kills.values()) < most and not finished(ledger):
        assert time.monotonic() < end
        if runner is None or runner.poll() is not None:
            runner = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(float(rng.uniform(0.2, 9.0)))
        run = (ledger.order() or [""])[0]
        kernel = read_json(tmp_path / "reports" / run / ".kernel.json", {}).get("pid") if run else None
        living = {"runner": runner.pid if runner.poll() is None else None, "kernel": kernel}
        living["worker"] = ledger.read(run).get("pid") if run and ledger.state(run) == "running" else None
        names = [name for name, pid in living.items() if alive(pid)]
        if names:
            name = str(rng.choice(names))
            os.kill(living[name], signal.SIGKILL)
            kills[name] += 1
        if runner.poll() is not None:
            runner.wait()
    print("kills:", kills)
    while not finished(ledger):
        assert time.monotonic() < end
        if runner.poll() is not None:
            runner = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
    runner.wait(timeout=300)
    assert sum(kills.values()) >= min(most, 6)
    whole(tmp_path / "reports" / ledger.order()[0], items, "tiny")


def finished(ledger: Ledger) -> bool:
    return bool(ledger.order()) and ledger.count() == {"finished": 1}
