from __future__ import annotations

import os
import re
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))  # run_folders
sys.path.append(str(Path(__file__).parents[1]))  # benchmarks

import numpy as np
import pytest

import probes


@pytest.fixture(autouse=True)
def global_streams_unmoved():
    """No code of ours may touch NumPy's global random state."""
    before = np.random.get_state()[1].copy()
    yield
    assert np.array_equal(before, np.random.get_state()[1]), "the global random state of NumPy was moved"


@pytest.fixture(scope="session")
def tiny():
    """The null model: random weights, real engine."""
    return probes.load_model("tiny")


@pytest.fixture(scope="session")
def smollm2():
    """The embedded model; tests that use it are marked `model`."""
    try:
        return probes.load_model("smollm2-135m")
    except probes.LoadError as error:
        pytest.skip(f"embedded model not installed: {error}")


def pytest_terminal_summary(terminalreporter):
    """How many rows of docs/faults.md were answered; here, because under xdist no other conftest hears of them all."""
    page = Path(__file__).parents[1] / "docs" / "faults.md"
    rows = re.findall(r"^\| (\d+) [^|]*\| (\d+ hostile strings)?", page.read_text(encoding="utf-8"), re.M)
    named = r"test_an_input_is_answered\[(\d+)-(\d+ hostile strings)?"
    passed, failed, broken = (
        re.findall(named, "\n".join(report.nodeid for report in terminalreporter.stats.get(state, [])))
        for state in ("passed", "failed", "error")
    )
    if passed or failed or broken:
        groups = [len({group for group, _ in found}) for found in (passed, rows)]
        places = [sum(bool(strings) for _, strings in found) for found in (passed, rows)]
        terminalreporter.write_line(
            f"bad inputs and faults: {len(passed)} of {len(rows)} answered "
            f"(the slow ones with `make test-all`), in {groups[0]} of {groups[1]} groups; "
            f"{max(strings for _, strings in rows)} held in {places[0]} of {places[1]} places; "
            f"{len(failed + broken)} failed"
        )
