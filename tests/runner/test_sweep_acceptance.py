"""Whole sweeps with faults: 24 cells with killed processes, a Dask cluster whose scheduler dies, two workers' gain."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pandas as pd
import pytest
from runner_cases import packages_stand_still, write

from runner.sweep import pool
from runner.sweep.ledger import Ledger
from runner.sweep.view import overview

FAULTS = Path(__file__).parents[1] / "faults"
ROOT = FAULTS.parents[1]
WORKING = f"""
import sys
sys.path.insert(0, {str(FAULTS)!r})
from kill_subject import work
with open("starts.log", "a") as log:
    _ = log.write(f"{{out}}\\n")
table = work(out, 12, 0.05, model)
"""
WAITING = "import time; time.sleep(3)"
NAMES = ("w", "x", "y", "z")


def command(*words: str, jobs: int = 2) -> list[str]:
    return [sys.executable, "-m", "runner.cli", "sweep", "grid.yaml", "--jobs", str(jobs), *words]


def begin(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command(*words), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def place(folder: Path, text: str, names=NAMES, code: str = WORKING) -> Ledger:
    for name in names:
        write(folder / "notebooks", name, code)
    (folder / "grid.yaml").write_text(text)
    return Ledger(folder / "reports", "grid")


def until(true, seconds: float = 300.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.1)


def kill_one(ledger: Ledger) -> None:
    run = next(run for run in ledger.order() if ledger.state(run) == "running")
    os.kill(ledger.read(run)["pid"], signal.SIGKILL)


def all_records_once(folder: Path, runs: list[str]) -> None:
    for run in runs:
        table = pd.read_parquet(folder / "reports" / run / "records" / "Killed" / "trials.parquet")
        assert table["key"].nunique() == 12
        assert len(table) == 24


@pytest.mark.slow
def test_24_cells_runner_killed_twice_one_worker_killed_one_cell_bad(tmp_path):
    """2 stand-in models x 3 personas x 4 notebooks."""
    axes = "product: {model: [tiny, 'scripted:uniform'], personas: [[none], [pirate], [teacher]]}"
    rule = "{when: {notebook: z, model: 'scripted:uniform', personas: [teacher]}, set: {model: 'scripted:nobody'}}"
    ledger = place(tmp_path, f"notebooks: [{', '.join(NAMES)}]\n{axes}\noverrides: [{rule}]")
    with packages_stand_still():
        for kills in (3, 8):
            runner = begin(tmp_path)
            until(lambda kills=kills: ledger.count()["finished"] >= kills and ledger.count()["running"] > 0)
            runner.kill()
            runner.wait()
        runner = begin(tmp_path)
        until(lambda: ledger.count()["finished"] >= 12 and ledger.count()["running"] > 0)
        kill_one(ledger)
        assert runner.wait(timeout=600) == 4
        assert ledger.count() == {"finished": 23, "failed": 1}
        all_records_once(tmp_path, [run for run in ledger.order() if ledger.state(run) == "finished"])
        before = (tmp_path / "starts.log").read_text()
        assert subprocess.run(command(), cwd=tmp_path, capture_output=True, check=False).returncode == 4
        assert (tmp_path / "starts.log").read_text() == before
        page = (tmp_path / "reports" / "index.html").read_text()
        assert page.count('data-state="finished"') == 23
        assert page.count('data-state="failed"') == 1
        assert "no scripted policy &#39;nobody&#39;" in page
        told = overview("grid", tmp_path / "reports")
        assert sorted(told["state"]) == ["failed"] + ["finished"] * 23
        assert told.loc[told["state"] == "failed", "reason"].str.contains("nobody").all()


def cluster(folder: Path, port: int) -> list[subprocess.Popen[bytes]]:
    """A scheduler with its dashboard and two workers, as processes of their own."""
    code = "from distributed.cli.dask_{} import main; main()"
    at = ["--host", "127.0.0.1", "--port", str(port), "--dashboard-address", f"127.0.0.1:{port + 1}"]
    to = [f"tcp://127.0.0.1:{port}", "--nthreads", "1", "--nworkers", "2", "--memory-limit", "0", "--no-dashboard"]
    started = []
    for name, words in (("scheduler", at), ("worker", [*to, "--resources", "GPU=1"])):
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", code.format(name), *words],
                env={**os.environ, "PYTHONPATH": os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(ROOT)])},
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
    return started


@pytest.mark.slow
def test_dask_places_cells_and_survives_its_schedulers_death(tmp_path):
    pytest.importorskip("distributed", reason="the extra `sweep` is not installed")
    text = "notebooks: [w]\nproduct: {seed: [0, 1, 2, 3, 4, 5]}\nset: {model: 'scripted:uniform'}"
    ledger = place(tmp_path, text, ("w",), WORKING.replace("12, 0.05", "12, 0.3"))
    living: list[subprocess.Popen[bytes]] = []
    try:
        living = cluster(tmp_path, 18786)
        runner = begin(tmp_path, "--scheduler", "tcp://127.0.0.1:18786", "--gpu")
        until(lambda: ledger.count()["finished"] >= 1 and ledger.count()["running"] > 0)
        pytest.importorskip("bokeh", reason="the dashboard needs bokeh")
        with urllib.request.urlopen("http://127.0.0.1:18787/status", timeout=10) as page:
            assert b"Dask" in page.read()
        living[0].kill()
        assert runner.wait(timeout=200) in (1, 4)
        for process in living:
            os.killpg(process.pid, signal.SIGKILL)
        living = cluster(tmp_path, 18796)
        until(lambda: ledger.count()["running"] == 0)
        done = subprocess.run(
            command("--scheduler", "tcp://127.0.0.1:18796", "--gpu"), cwd=tmp_path, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert b"dashboard: http://127.0.0.1:18797" in done.stderr
        assert ledger.count() == {"finished": 6}
        all_records_once(tmp_path, ledger.order())
    finally:
        for process in living:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


TAKES_TURNS = """
import os, time
end = time.monotonic() + 120
for turn in range(1, 9):  # the first that is free
    try:
        os.close(os.open(f"{folder}/turn {turn}", os.O_CREAT | os.O_EXCL))
        break
    except FileExistsError:
        pass
open(f"{folder}/runs {turn}", "w").close()
while turn < 8 and not os.path.exists(f"{folder}/turn {turn + 1}"):
    assert time.monotonic() < end
    time.sleep(0.01)
assert sum(name.startswith("runs") for name in os.listdir(folder)) <= 2
os.remove(f"{folder}/runs {turn}")
"""


def test_the_pool_fills_a_place_as_soon_as_it_is_free(tmp_path, monkeypatch):
    """A cell ends when the next has begun, and not before: one place that stays empty, and none would end."""
    (tmp_path / "turns").mkdir()
    code = f"folder = {str(tmp_path / 'turns')!r}" + TAKES_TURNS
    monkeypatch.setattr(pool, "words", lambda ledger, run: ["-S", "-c", code])
    ended: dict[str, int] = {}
    pool.Pool(Ledger(tmp_path, "x"), 2).work(list("abcdefgh"), ended.__setitem__)
    assert ended == dict.fromkeys("abcdefgh", 0)


@pytest.mark.slow
def test_two_workers_gain_at_least_1_8_where_the_device_is_what_is_waited_for(tmp_path):
    """Cells that wait 12 s each for a device that does not exist; a cell's own processor time is what is lost."""
    seconds = {}
    for jobs in (1, 2):
        folder = tmp_path / str(jobs)
        place(folder, "notebooks: [w]\nproduct: {seed: [0, 1, 2, 3]}", ("w",), WAITING.replace("3", "12"))
        begun = time.monotonic()
        assert subprocess.run(command(jobs=jobs), cwd=folder, capture_output=True, check=False).returncode == 0
        seconds[jobs] = time.monotonic() - begun
    print("seconds with 1 and 2 workers:", seconds, "gain", seconds[1] / seconds[2])
    assert seconds[1] / seconds[2] >= 1.8
