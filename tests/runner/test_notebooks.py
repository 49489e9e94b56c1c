"""Every notebook runs from its first cell to its last on the null model, and publishes claims."""

from __future__ import annotations

import json
from pathlib import Path

import jupytext
import matplotlib as mpl
import pytest

import probes

FOLDER = Path(__file__).parents[2] / "notebooks"
QUICK = ("explore/demo", "explore/tour")
ALONE = ("atlas", "inside")
"""Notebooks with a test of their own: the atlas reads runs of others."""
LONG = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in ALONE)


def run(name: str, out: Path) -> None:
    mpl.use("Agg")
    names = {"display": print, "get_ipython": lambda: None}
    for cell in jupytext.read(FOLDER / f"{name}.py").cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= {"model": "tiny", "out": str(out)}


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in LONG)])
def test_a_notebook_runs_on_the_null_model(name, tmp_path, tiny, monkeypatch):
    monkeypatch.setattr(probes, "load_model", lambda *_, **__: tiny)
    run(name, tmp_path)
    if name != "explore/tour":
        written = json.loads((tmp_path / "claims.json").read_text())
        assert written["finished"]
        assert written["claims"]
