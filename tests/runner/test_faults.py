"""The disk is full, the folder is shared, the clock jumps: nothing is called finished that is not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from runner_cases import FINE, write

from probes.schema import state
from runner.files import read_json, write_json
from runner.folder import RunFolder
from runner.plan import plan
from runner.run import carry_out
from runner.stopping import stoppable
from runner.sweep.cell import TAKEN, work
from runner.sweep.ledger import Ledger

COMMAND = [sys.executable, "-m", "runner.cli"]


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 600 kB, where this user may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_a_failure_and_after_room_is_made_the_same_command_finishes(tmp_path, small_disk):
    path = write(tmp_path, "large", "print('x' * 700_000 if not __import__('os').environ.get('ROOM') else 'small')")
    words = [*COMMAND, "run", str(path), "--out", str(small_disk / "reports")]
    full = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert full.returncode == 1
    assert "No space left" in full.stderr
    folder = plan(str(path), {}, small_disk / "reports").folder
    assert state(folder) != "finished"
    assert not [name for name in os.listdir(folder) if name.startswith(".notebook")]  # no half-written file stays
    room = subprocess.run(
        words, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "ROOM": "1"}
    )
    assert room.returncode == 0
    assert state(folder) == "finished"


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "status.json"
    write_json(target, {"a": 1})
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("pulled")))
    with pytest.raises(OSError, match="pulled"):
        write_json(target, {"a": 2})
    assert json.loads(target.read_text()) == {"a": 1}
    assert os.listdir(tmp_path) == ["status.json"]


def test_values_that_are_not_json_never_reach_a_file(tmp_path):
    with pytest.raises(ValueError, match="Out of range float"):
        write_json(tmp_path / "a.json", {"x": float("nan")})
    assert not os.listdir(tmp_path)


def test_old_claims_do_not_finish_a_new_run(tmp_path):
    path = write(tmp_path, "fine", FINE)
    first = carry_out(plan(str(path), {}, tmp_path / "r"), index=False)
    future = 4_000_000_000  # the clock stood in the year 2096 when the old claims were written
    os.utime(first.folder / "claims.json", (future, future))
    write(tmp_path, "fine", FINE, sentinel=False)
    again = carry_out(plan(str(path), {}, tmp_path / "r"), index=False)
    assert (again.state, "without publishing" in again.reason) == ("failed", True)


def test_a_heartbeat_shows_life_while_a_cell_is_long(tmp_path, monkeypatch):
    import runner.folder

    monkeypatch.setattr(runner.folder, "BEAT", 0.05)
    with RunFolder(tmp_path / "r") as folder:
        folder.update(state="running")
        told = tmp_path / "r" / "status.json"
        before = told.stat().st_ino, told.stat().st_mtime_ns
        waiter = threading.Event()
        for _ in range(100):
            waiter.wait(0.05)
            if (told.stat().st_ino, told.stat().st_mtime_ns) != before:
                break
        assert (told.stat().st_ino, told.stat().st_mtime_ns) != before


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_a_closed_terminal_stops_like_ctrl_c_and_under_nohup_nothing(told):
    before = signal.signal(told, signal.SIG_DFL)  # whoever started the tests may have had nohup before them
    try:
        with pytest.raises(KeyboardInterrupt), stoppable():
            os.kill(os.getpid(), told)
        assert signal.getsignal(told) == signal.SIG_DFL
        signal.signal(told, signal.SIG_IGN)
        with stoppable():
            os.kill(os.getpid(), told)
        assert signal.getsignal(told) == signal.SIG_IGN
    finally:
        signal.signal(told, before)


def test_two_sweeps_on_one_folder_do_a_cell_once(tmp_path):
    ledger = Ledger(tmp_path, "x")
    ledger.write("a", state="pending", notebook="gone.ipynb", given={})
    with ledger.hold("a"):
        assert work(Ledger(tmp_path, "x"), "a") == TAKEN
    assert read_json(ledger.folder / "cells" / "a.json")["state"] == "pending"


def test_a_run_that_another_sweep_does_at_the_moment_stays_open(tmp_path):
    path = write(tmp_path, "fine", FINE)
    ledger = Ledger(tmp_path / "r", "x")
    ledger.write("a", state="pending", notebook=str(path), given={})
    with RunFolder(ledger.plan("a").folder) as other:
        other.update(state="running")
        assert work(ledger, "a") == TAKEN
    assert ledger.state("a") == "pending"
    assert f"process {os.getpid()}" in ledger.read("a")["reason"]
    assert work(ledger, "a") == 0
    assert ledger.state("a") == "finished"


def test_a_cell_whose_notebook_is_gone_is_written_down_as_failed(tmp_path):
    ledger = Ledger(tmp_path, "x")
    ledger.write("a", state="pending", notebook="gone.ipynb", given={})
    assert work(ledger, "a") == 1
    assert ledger.state("a") == "failed"
    assert "gone" in ledger.read("a")["reason"]
