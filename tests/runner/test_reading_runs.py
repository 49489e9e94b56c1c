"""A notebook that reads other runs comes last and runs again when one of them changed; the tour is run by hand only."""

from __future__ import annotations

import json
from pathlib import Path

from nbformat.v4 import new_code_cell
from runner_cases import make_run, write

from runner.notebook import default_notebooks, find
from runner.plan import plan
from runner.session import run_one

ROOT = Path(__file__).parents[2]


def test_the_atlas_is_the_last_default_notebook_and_the_tour_is_none(monkeypatch):
    monkeypatch.chdir(ROOT)
    names = [path.stem for path in default_notebooks()]
    assert names[-1] == "atlas"
    assert names[:-1] == sorted(names[:-1])
    assert "tour" not in names
    assert find("tour") == Path("notebooks/explore/tour.ipynb")


def test_what_reads_runs_is_out_of_date_when_one_of_them_changes(tmp_path):
    book = write(tmp_path, "reader", parameters=0)
    content = json.loads(book.read_text())
    declared = 'runs: str = ""  # folder\nout: str = "reports/x"  # run folder'
    cell = new_code_cell(declared, metadata={"tags": ["parameters"]})
    content["cells"].insert(1, cell)
    book.write_text(json.dumps(content))
    root = tmp_path / "reports"
    before = plan(str(book), {}, root).runs_read()
    run = make_run(root)
    after = plan(str(book), {}, root).runs_read()
    assert before != after
    (run / "claims.json").write_text('{"finished": true, "claims": []}')
    assert plan(str(book), {}, root).runs_read() not in (before, after)
    other = write(tmp_path, "other")
    sources = plan(str(other), {}, root).runs_read()
    (run / "claims.json").write_text('{"finished": true, "claims": [1]}')
    assert plan(str(other), {}, root).runs_read() == sources


def test_tour_and_atlas_run_on_the_tiny_model(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert run_one("tour", {"model": "tiny"}, tmp_path) == 0
    (tour,) = tmp_path.glob("tour-*")
    page = (tour / "report.html").read_text()
    assert "il-trial" in page  # the widgets' static form
    assert "il-tokens" in page
    assert run_one("atlas", {}, tmp_path) == 0
    (atlas,) = tmp_path.glob("atlas-*")
    claims = json.loads((atlas / "claims.json").read_text())["claims"]
    assert {claim["id"] for claim in claims} >= {"atlas.reaction", "atlas.minds", "atlas.knowledge"}
    assert "interlocutor run calibration -p model=tiny" in (atlas / "report.html").read_text()
    assert (atlas / "report.html").stat().st_size < 2_000_000
