"""CONTRIBUTING keeps its promise: the example probe, as printed, is found, listed and held to the contract."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import probes

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rooms") / "numbers" / "suite"
    folder.mkdir(parents=True)
    code = re.search(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL).group(1)
    (folder / "even_or_odd.py").write_text(code)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probes, "__path__", [*probes.__path__, str(folder.parents[1])])
        yield code
    for name in ("probes.numbers", "probes.numbers.suite", "probes.numbers.suite.even_or_odd"):
        sys.modules.pop(name, None)


def test_the_example_is_one_short_file_and_is_listed(example):
    assert len(example.splitlines()) < 40
    assert "even_or_odd" in probes.suite
    assert probes.suite["even_or_odd"].__doc__.startswith("Does the model")


def test_the_example_runs_and_lands_on_chance(example, tiny):
    probe = probes.suite["even_or_odd"]()
    table = probes.run(probe, tiny)
    right = table.query("measure == 'p_right'")
    assert len(right) == 2 * 20
    assert right["value"].mean() == pytest.approx(0.5, abs=0.05)
    assert set(right["probe"]) == {"even_or_odd"}
