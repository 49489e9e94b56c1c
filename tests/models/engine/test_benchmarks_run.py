"""`python -m benchmarks` on the random model: it checks equality before it times, and prints its table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def run(*given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", "--model", "tiny", "--turns", "1", "--threads", "1", *given]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.slow
def test_the_table_is_printed() -> None:
    done = run("matches", "grid", "sampling", "contrasts")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [sum(line.startswith(f"| ({letter})") and "| ours |" in line for line in lines) for letter in "abcd"] == [
        1,
        1,
        2,
        1,
    ]
    assert sum("| floor |" in line for line in lines) == 4


@pytest.mark.slow
def test_an_unknown_benchmark_is_refused() -> None:
    done = run("gird")
    assert done.returncode == 2
    assert "no benchmark called gird; there are grid, sampling, matches, contrasts" in done.stderr


@pytest.mark.slow
def test_the_first_run_on_a_gpu_is_one_command_that_writes_its_table(tmp_path) -> None:
    """On the processor with a small model; a question that finds no time left says so in its row."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.gpu",
        "--size",
        "small",
        "--minutes",
        "5",
        "--to",
        str(tmp_path / "t.md"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "t.md").read_text()
    assert [written.count(f"({letter})") > 0 or f"| {name} | not measured" in written
            for letter, name in (("a", "grid"), ("b", "sampling"), ("d", "contrasts"))] == [True] * 3  # fmt: skip
    assert "vLLM" in written
    assert "| ours |" in written
