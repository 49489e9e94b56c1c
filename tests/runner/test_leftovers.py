"""Kernels whose sockets fit, and nothing of a kernel that outlives its run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from runner.files import write_json
from runner.leftovers import end_orphan, sockets
from runner.run import PROGRESS


def bound(folder: str) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"{folder}/kernel-ipc-5")


def test_sockets_fit_where_the_temporary_folder_of_a_job_is_too_long(tmp_path, monkeypatch):
    for length in (40, 71, 72, 73, 150):
        place = "/tmp/" + "n" * (length - 5)
        os.makedirs(place, exist_ok=True)
        monkeypatch.setattr(tempfile, "tempdir", place)
        folder = sockets()
        assert folder.startswith(place) == (length <= 72)
        bound(folder)
        end_orphan_of(tmp_path, folder)
        assert not Path(folder).exists()
        os.rmdir(place)


def end_orphan_of(run: Path, folder: str) -> None:
    write_json(run / ".kernel.json", {"pid": None, "sockets": folder})
    end_orphan(run)


def test_where_no_folder_can_be_made_the_remedy_is_said(monkeypatch):
    monkeypatch.setattr(tempfile, "mkdtemp", lambda **_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="set TMPDIR to a short path with room"):
        sockets()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def begun(run: Path | None) -> tuple[subprocess.Popen[str], list[int]]:
    """A leader of a session with one child in it and one in a session of its own."""
    told = {PROGRESS: str(run.resolve() / "progress.json")} if run else {}
    words = "sleep 60 & echo $!; setsid sleep 60 & echo $!; exec sleep 60"
    leader = subprocess.Popen(
        ["sh", "-c", words], start_new_session=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **told}
    )
    pids = [int(leader.stdout.readline()) for _ in range(2)]
    time.sleep(0.3)  # setsid has to become what it runs
    return leader, pids


@pytest.mark.parametrize("killed", [False, True])
def test_what_a_kernel_started_ends_with_it_but_not_what_took_a_session_of_its_own(tmp_path, killed):
    leader, (child, own) = begun(tmp_path)
    if killed:  # as after SIGKILL of the runner: the kernel goes by itself, what it started stays
        leader.kill()
        leader.wait()
    write_json(tmp_path / ".kernel.json", {"pid": leader.pid, "sockets": "/nowhere"})
    assert alive(child)
    end_orphan(tmp_path)
    leader.wait(timeout=30)  # less than what it would sleep
    time.sleep(0.2)
    assert not alive(child)
    assert alive(own)
    os.kill(own, signal.SIGKILL)


def test_a_process_that_has_the_old_number_by_chance_is_let_alone(tmp_path):
    leader, (child, own) = begun(None)
    write_json(tmp_path / ".kernel.json", {"pid": leader.pid, "sockets": "/nowhere"})
    end_orphan(tmp_path)
    time.sleep(0.2)
    assert [alive(pid) for pid in (leader.pid, child, own)] == [True, True, True]
    for pid in (leader.pid, child, own):
        os.kill(pid, signal.SIGKILL)
    leader.wait()
