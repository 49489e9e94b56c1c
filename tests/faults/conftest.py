"""Makes the case modules importable, and prints how many rows of the table are answered."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "runner")]


@pytest.fixture(scope="session")
def saved_tiny(tmp_path_factory):
    """The null model as a folder; copy it before changing it."""
    from probes.models.tiny import tiny_model

    folder = tmp_path_factory.mktemp("saved")
    for part in tiny_model():
        part.save_pretrained(folder)
    return folder


def pytest_terminal_summary(terminalreporter):
    told = {
        outcome: re.findall(r"test_an_input_is_answered\[(\d+)-", "\n".join(report.nodeid for report in reports))
        for outcome, reports in terminalreporter.stats.items()
        if outcome in ("passed", "failed", "skipped")
    }
    told = {outcome: told.get(outcome, []) for outcome in ("passed", "failed", "skipped")}
    if any(told.values()):
        groups = set(told["passed"]) - set(told["failed"])
        terminalreporter.write_line(
            f"faults: {len(told['passed'])} inputs answered in {len(groups)} of 23 groups, "
            f"{len(told['failed'])} not, {len(told['skipped'])} skipped"
        )
