"""Every notebook runs from its first cell to its last on the null model, and publishes claims."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jupytext
import matplotlib as mpl
import pytest

import probes
from runner.evidence import _covers

FOLDER = Path(__file__).parents[2] / "notebooks"
QUICK = ("explore/demo", "explore/tour")
ALONE = ("atlas", "inside")
"""Notebooks with a test of their own: the atlas reads runs of others."""
ABSENT = {"user_turn.accuracy", "minds.turns", "user_model.turns", "persuasion.credit"}
"""Claims that the null model has no data for, since all its answers are wrong; and what only larger profiles ask."""
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
        ids = [claim["id"] for claim in written["claims"]]
        assert {beginning for beginning in named(name) if not any(_covers(beginning, one) for one in ids)} <= ABSENT


def named(name: str) -> list[str]:
    """Claims that figures, tables and conversations of a notebook say they stand under."""
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return sorted({one for given in re.findall(r"claims=([^)]*)", source) for one in re.findall(r'"([^"]*)"', given)})
