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
DATA = Path(__file__).parents[2] / "../shared/data"
QUICK = ("explore/demo", "explore/tour")
ALONE = ("atlas", "inside")
"""Notebooks with a test of their own: the atlas reads runs of others."""
ABSENT = {"user_turn.accuracy", "minds.turns", "user_model.turns", "persuasion.credit"}
"""Claims that the null model has no data for, since all its answers are wrong; and what only larger profiles ask."""
LONG = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in ALONE)


def run(name: str, out: Path, **given: str) -> None:
    mpl.use("Agg")
    names = {"display": print, "get_ipython": lambda: None}
    for cell in jupytext.read(FOLDER / f"{name}.py").cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= {"model": "tiny", "out": str(out), **given}


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in LONG)])
def test_a_notebook_runs_on_the_null_model(name, tmp_path, tiny, monkeypatch):
    monkeypatch.setattr(probes, "load_model", lambda *_, **__: tiny)
    run(name, tmp_path)
    if name != "explore/tour":
        written = json.loads((tmp_path / "claims.json").read_text())
        assert written["finished"]
        ids = [claim["id"] for claim in written["claims"]]
        assert {beginning for beginning in named(name) if not any(_covers(beginning, one) for one in ids)} <= ABSENT


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data folder is not beside this checkout")
def test_the_reference_notebook_shows_play_data_beside_the_released(tmp_path, monkeypatch, capsys):
    """`games_reference -p plays=FILE`: a log of four people has its line in every table of play data."""
    rows = [f"p{k},{match},{at},{'CD'[k % 2]},C,3" for k in range(4) for match in (1, 2) for at in range(1, 6)]
    (tmp_path / "log.csv").write_text("\n".join(["player,match,round,move,partner_move,points", *rows]))
    shown = []
    monkeypatch.setattr("analysis.show.table", lambda table, title, **_: shown.append((title, table)))
    run("data/games_reference", tmp_path, data=str(DATA / "akata_repeatedgames"), plays=str(tmp_path / "log.csv"))
    (shares,) = [table for title, table in shown if title.startswith("Shares of players")]
    (points,) = [table for title, table in shown if title.startswith("Points a round")]
    ours = points[~points["model"].isin(set(points["model"]) - set(shares["model"]))]
    assert set(shares["units"]) == {4}
    assert ours["value"].tolist() == [3.0]
    assert len(points) > 1, "the released players stand beside them"


def named(name: str) -> list[str]:
    """Claims that figures, tables and conversations of a notebook say they stand under."""
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return sorted({one for given in re.findall(r"claims=([^)]*)", source) for one in re.findall(r'"([^"]*)"', given)})
