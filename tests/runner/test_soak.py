"""Very many trials within stated memory, ledger costs, and what a second worker gains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SUBJECT = Path(__file__).parent / "soak_subject.py"
BASE_MB, TRIAL_KB = 300, 2.5
"""Memory that docs/sweeps.md states: the packages, and what a trial adds (its keys, and its row in the table twice)."""


def soaked(tmp_path: Path, items: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(SUBJECT), str(tmp_path / "r"), str(items)],
        capture_output=True,
        text=True,
        cwd=SUBJECT.parents[2],
        env={**os.environ, "PYTHONPATH": str(SUBJECT.parents[2])},
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "items",
    [3_000, pytest.param(int(os.environ.get("INTERLOCUTOR_SOAK", "60000")), marks=pytest.mark.slow)],
)
def test_trials_are_written_resumed_and_read_back_within_the_stated_memory(tmp_path, items):
    """INTERLOCUTOR_SOAK=1000000 for the full measurement."""
    told = soaked(tmp_path, items)
    print(items, told)
    assert told["MB"] < BASE_MB + TRIAL_KB * items / 1024
