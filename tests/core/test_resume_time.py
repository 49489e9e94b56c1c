"""What is finished is replayed in seconds."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

LIMIT = 4.0
"""Processor seconds for 20,000 finished trials of two questions each."""


@pytest.mark.slow
def test_twenty_thousand_finished_trials_are_replayed_within_the_limit():
    if os.getloadavg()[0] > (os.cpu_count() or 1):
        pytest.skip("other programs use the processors, which makes every processor second do less")
    code = "from benchmarks.resume import measure; print(*measure(20_000, 3)[1])"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root,
                          env={**os.environ, "PYTHONPATH": str(root)})  # fmt: skip
    assert statistics.median(map(float, done.stdout.split())) < LIMIT
