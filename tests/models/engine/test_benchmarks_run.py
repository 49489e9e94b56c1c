"""`python -m benchmarks` on the random model: it checks equality before it times, and prints its table."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import families, peers
from benchmarks.gpu import NEVER
from benchmarks.work import PROBES, asked, unique_tokens

ROOT = Path(__file__).parents[3]


def run(*given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", "--model", "tiny", "--turns", "1", "--threads", "1", *given]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.slow
def test_the_table_is_printed() -> None:
    done = run("families", "growth", "load", "--scale", "try")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    asked = [line for line in lines if line.startswith("| (a)")]
    assert {line.split()[2].strip(",") for line in asked} == set(PROBES)
    for who in ("ours", "floor"):
        assert sum(f"| {who} |" in line for line in asked) == len(PROBES)
    assert all(re.search(r"questions, \d+ tokens, \d+ unique", line) for line in asked)
    for title in ("grid of persona_tom", "one prompt", "decoding", "null model", "the same, resumed"):
        assert sum(f"| (c) {title}" in line for line in lines) == 2
    assert sum(line.startswith("| (e)") and "bound" in line for line in lines) == 3


@pytest.mark.slow
def test_a_benchmark_stops_where_answers_differ(tiny) -> None:
    work = asked(tiny, "minds", 60)
    ours = families.answered(tiny.engine, work)
    theirs = peers.plain_scores(tiny.model, work.requests)
    families.same(work, ours, theirs, tiny.model, 1e-4)
    theirs[0][0] += 0.01
    with pytest.raises(AssertionError):
        families.same(work, ours, theirs, tiny.model, 1e-4)


def test_a_share_is_the_first_trials_of_the_whole(tiny) -> None:
    part, whole = asked(tiny, "context", 100), asked(tiny, "context", float("inf"))
    assert 0 < len(part.requests) < len(whole.requests) == whole.whole[0] == part.whole[0]
    assert set(part.fed) < set(whole.fed)
    assert "688 questions" in str(whole)


def test_unique_tokens_are_those_of_the_prefix_tree() -> None:
    assert unique_tokens([(1, 2, 3), (1, 2, 4), (5,), (1, 2)]) == 5


def test_a_turn_begins_where_one_ends() -> None:
    assert families._steps([3, 1, 2], 2) == [2, 2, 2]


def test_a_page_of_no_gpu_says_so_at_its_top() -> None:
    assert (ROOT / "benchmarks" / "gpu.md").read_text().splitlines()[0] == NEVER


@pytest.mark.slow
def test_an_unknown_benchmark_is_refused() -> None:
    done = run("gird")
    assert done.returncode == 2
    assert "no benchmark called gird; there are families, llama, growth, neighbour, load" in done.stderr


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
    assert written.startswith(NEVER)
    assert all(
        f"(a) {name}" in written or f"| {name} | not measured" in written for name in ("minds", "user_turn", "context")
    )
    assert "vLLM" in written
    assert "| ours |" in written
