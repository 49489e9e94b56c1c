"""Sweeps with real processes: every cell once, faults written down, the same command continues."""

from __future__ import annotations

import io
import shlex
import subprocess
import sys
import time

import pytest
from rich.console import Console
from runner_cases import packages_stand_still, write

from runner.files import write_json
from runner.run import carry_out
from runner.sweep import grid
from runner.sweep.grid import Cell
from runner.sweep.ledger import Ledger, Taken
from runner.sweep.view import Board, varying

COMMAND = [sys.executable, "-m", "runner.cli", "sweep", "grid.yaml", "--jobs", "2"]
NOTING = """
import pathlib
with open("starts.log", "a") as log:
    _ = log.write(f"{model}-{seed}\\n")
if model == "bad":
    raise RuntimeError("made to fail")
import time; time.sleep(0.3)
"""


def place(folder, text, codes=NOTING):
    write(folder / "notebooks", "noting", codes)
    (folder / "grid.yaml").write_text(text)
    return Ledger(folder / "reports", "grid")


def swept(folder, *words):
    done = subprocess.run([*COMMAND, *words], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr


def test_one_bad_cell_never_stops_the_others_and_a_second_run_does_nothing(tmp_path):
    ledger = place(tmp_path, "notebooks: [noting]\nproduct: {model: [a, bad], seed: [0]}")
    assert swept(tmp_path, "--dry-run")[0] == 0
    assert not (tmp_path / "reports").exists()
    with packages_stand_still():
        code, _, said = swept(tmp_path)
        assert code == 4
        assert "2 cells" in said
        counts = ledger.count()
        assert counts == {"finished": 1, "failed": 1}
        assert "made to fail" in said
        assert "made to fail" in (tmp_path / "reports" / "index.html").read_text()
        starts = (tmp_path / "starts.log").read_text()
        assert swept(tmp_path)[0] == 4
        assert (tmp_path / "starts.log").read_text() == starts
        swept(tmp_path, "--retry-failed")
        assert sorted((tmp_path / "starts.log").read_text().split()) == ["a-0", "bad-0", "bad-0"]


def test_refused_whole_when_one_cell_is_wrong(tmp_path):
    place(tmp_path, "notebooks: [noting]\nproduct: {samples: [1, 0], seed: [0, x]}")
    code, _, said = swept(tmp_path)
    assert code == 2
    assert said.count("refused") >= 2
    assert not (tmp_path / "starts.log").exists()


def test_the_ledger_lists_ten_thousand_cells_in_two_seconds(tmp_path):
    ledger = Ledger(tmp_path, "large")
    path = write(tmp_path, "noting", NOTING)
    cells = [Cell(f"noting-{k:06d}", str(path), {"seed": k}) for k in range(10_000)]
    begun = time.process_time()  # the clock on the wall counts what else runs on the machine
    ledger.enter(cells)
    assert (time.process_time() - begun) / len(cells) < 0.005
    begun = time.process_time()
    assert ledger.count() == {"pending": 10_000}
    assert time.process_time() - begun < 2.0


def test_a_cell_is_held_by_one_and_stopped_when_its_holder_is_gone(tmp_path):
    ledger = Ledger(tmp_path, "x")
    with ledger.hold("a"):
        ledger.write("a", state="running")
        assert ledger.state("a") == "running"
        with pytest.raises(Taken), Ledger(tmp_path, "x").hold("a"):
            pass
    assert ledger.state("a") == "stopped"


def test_two_files_of_one_name_are_each_judged_by_their_own_cells(tmp_path):
    path = str(write(tmp_path, "noting", NOTING))
    first, second = Ledger(tmp_path, "x"), Ledger(tmp_path, "x")
    first.enter([Cell("a", path, {}), Cell("b", path, {})])
    second.enter([Cell("c", path, {})])
    first.write("a", state="finished")
    (tmp_path / "a").mkdir()
    write_json(tmp_path / "a" / "status.json", {"state": "finished"})  # a ledger is believed as far as its run folders
    assert first.count() == {"finished": 1, "pending": 1}
    assert second.open() == ["c"]
    assert Ledger(tmp_path, "x").order() == ["c"]  # the latest


@pytest.mark.parametrize("width", [60, 140])
def test_the_live_table_shows_what_tells_cells_apart_and_takes_no_text_for_markup(tmp_path, width):
    path, said = str(write(tmp_path, "noting", NOTING)), "[/] [red]boom[/red] \x1b[31m\nsecond line"
    ledger = Ledger(tmp_path, "x")
    ledger.enter([Cell(name, path, {"seed": seed, "profile": "small"}) for seed, name in enumerate("abc")])
    ledger.write("b", state="failed", reason=said)
    console = Console(width=width, file=io.StringIO(), force_terminal=True)
    with ledger.hold("a"), Board(ledger, 3) as board:
        ledger.write("a", state="running")
        (tmp_path / "a").mkdir()
        write_json(tmp_path / "a" / "progress.json", {"label": "[/bold] user_turn", "done": 3, "total": 9})
        board._vary = varying(ledger)
        console.print(board._table())
    shown = console.file.getvalue()
    assert "1 failed, 1 pending, 1 running" in shown
    assert "[/bold] user_turn 3/9" in shown
    assert "failed: [/] [red]" in shown
    assert "seed=1" in shown
    assert not [part for part in ("profile", "second line", "\x1b[31m\n") if part in shown]


def test_a_torn_cell_file_counts_as_pending(tmp_path):
    ledger = Ledger(tmp_path, "x")
    ledger.write("a", state="finished")
    (ledger.folder / "cells" / "a.json").write_text('{"state": "fini')
    assert ledger.state("a") == "pending"


def test_a_notebook_edited_while_its_sweep_runs_leaves_it_partial_until_all_cells_are_of_one_version(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    edit = "pathlib.Path('notebooks/noting.ipynb').write_text(pathlib.Path('later').read_text())"
    ledger = place(tmp_path, "notebooks: [noting]", NOTING)
    (tmp_path / "later").write_text((tmp_path / "notebooks" / "noting.ipynb").read_text())
    ledger = place(tmp_path, "notebooks: [noting]", NOTING + edit)
    code, _, said = swept(tmp_path)
    assert code == 4
    assert "changed meanwhile" in said
    assert ledger.outdated() == ledger.order()
    assert "about 0:" in swept(tmp_path, "--dry-run")[2]  # the run of the notebook's own model is a like
    with packages_stand_still():
        assert swept(tmp_path)[0] == 0
        assert ledger.outdated() == []


def test_a_ledger_that_is_removed_meanwhile_is_no_success_and_is_made_again(tmp_path):
    ledger = place(tmp_path, "notebooks: [noting]", NOTING + "import shutil; shutil.rmtree('reports')")
    code, _, said = swept(tmp_path)
    assert code == 1
    assert "was removed" in said
    assert ledger.order() == []
    place(tmp_path, "notebooks: [noting]", NOTING)
    assert swept(tmp_path)[0] == 0
    assert ledger.count() == {"finished": 1}


def test_the_same_command_waits_for_a_cell_of_another_process(tmp_path, monkeypatch):
    ledger = place(tmp_path, "notebooks: [noting]\nproduct: {seed: [0]}")
    monkeypatch.chdir(tmp_path)
    grid._notebook.cache_clear()
    found = grid.cells(tmp_path / "grid.yaml")
    ledger.enter(found)
    with ledger.hold(found[0].run), packages_stand_still():
        ledger.write(found[0].run, state="running")
        runner = subprocess.Popen(COMMAND, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert b"1 cells" in runner.stderr.readline()
        assert b"waiting for 1 cells" in runner.stderr.readline()
        assert carry_out(ledger.plan(found[0].run), index=False).state == "finished"  # a ledger believes run folders
        ledger.write(found[0].run, state="finished")
    assert runner.wait(timeout=300) == 0
    assert (tmp_path / "starts.log").read_text().split() == ["tiny-0"], "done once, by this process"


@pytest.mark.slow
def test_slurm_export_names_every_cell(tmp_path):
    place(tmp_path, "notebooks: [noting]\nproduct: {seed: [0, 1, 2]}")
    code, script, _ = swept(tmp_path, "--export-slurm-array")
    assert code == 0
    assert "--array=0-2%2" in script
    subprocess.run(["sh", "-n"], input=script, text=True, check=True)
    words = shlex.split(script.splitlines()[-1].removeprefix("exec ").replace('"$SLURM_ARRAY_TASK_ID"', "1"))
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, timeout=100, check=False).returncode == 0
    assert (tmp_path / "starts.log").read_text().split() == ["tiny-1"]


@pytest.mark.slow
def test_cancel_from_elsewhere_stops_running_cells_and_the_same_command_continues(tmp_path):
    ledger = place(tmp_path, "notebooks: [noting]\nproduct: {seed: [0, 1]}", NOTING.replace("0.3", "5"))
    runner = subprocess.Popen(COMMAND, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: ledger.count()["running"] == 2)
    subprocess.run([*COMMAND, "--cancel"], cwd=tmp_path, capture_output=True, check=True)
    assert runner.wait(timeout=300) == 1
    assert ledger.count() == {"cancelled": 2}
    assert swept(tmp_path)[0] == 0
    assert ledger.count() == {"finished": 2}


def until(true, seconds=120.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.1)
