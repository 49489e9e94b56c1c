"""The command: quick to start, and saying what a person needs."""

from __future__ import annotations

import resource
import subprocess
import sys

from runner.progress import clock, line

COMMAND = [sys.executable, "-m", "runner.cli"]
HEAVY = ("papermill", "nbconvert", "nbformat", "pandas", "numpy", "torch", "probes", "analysis", "jinja2", "yaml")


def test_help_imports_nothing_heavy():
    code = f"import runner.cli, sys; print([name for name in {HEAVY} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_help_answers_within_a_second():
    """By processor time, because other work shares the machine."""

    def seconds():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*COMMAND, "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(3)) < 1.0


def test_an_unknown_notebook_is_refused_with_a_hint(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "user_turn.ipynb").write_text("{}")
    done = subprocess.run([*COMMAND, "run", "user_trun"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert "did you mean user_turn?" in done.stderr


def test_a_notebook_and_all_exclude_each_other(tmp_path):
    done = subprocess.run([*COMMAND, "run", "x", "--all"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2


def test_the_line_shows_count_rate_and_time_left(tmp_path):
    (tmp_path / "status.json").write_text('{"state": "running", "cell": 3, "cells": 9}')
    told = '{"label": "user_turn", "done": 120, "total": 400, "unit": "question", "rate": 3.456, "seconds_left": 81.2}'
    (tmp_path / "progress.json").write_text(told)
    assert line(tmp_path, "demo") == "demo  cell 4/9  user_turn 120/400 questions  3.46/s  1:21 left"
    assert line(tmp_path / "absent", "demo") == "demo"


def test_clock():
    assert [clock(seconds) for seconds in (-1, 0, 59.6, 3600)] == ["0:00", "0:00", "1:00", "1:00:00"]


def test_nothing_a_notebook_wrote_reaches_the_terminal_as_a_command():
    from runner.terminal import printable

    said = printable("a\x1b[31m\x07b\rc\u202ed\u200be\nf \U0001f642 ü")
    assert said == "a\ufffd[31m\ufffdb\ufffdc\ufffdd\ufffde\nf \U0001f642 ü"


def test_a_folder_that_cannot_be_written_is_a_clear_failure(tmp_path):
    from runner_cases import FINE, write

    (tmp_path / "reports").write_text("a file where a folder is needed")
    path = write(tmp_path, "fine", FINE)
    words = [*COMMAND, "run", str(path), "--out", str(tmp_path / "reports")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("failed:")
    assert "Traceback" not in done.stderr
