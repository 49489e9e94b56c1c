"""One study from plan to archive on two stand-in models, with a planted difference and a planted equivalence."""

from __future__ import annotations

import json
import shutil
import sys

import pytest
import stand_in

from analysis.report import records
from analysis.study import labelled
from analysis.study.comparison import CHANGED, SAME
from analysis.study.sheets import load
from runner.study import planning
from runner.study.adherence import adherence
from runner.study.archive import packing
from runner.study.compare import compare_runs
from runner.study.label import add_labels, draw_sheet
from runner.study.planning import Wanted, plan_study
from runner.study.reread import reread, rows_moved
from runner.study.unpack import opening

LATER = "2100-01-01T00:00:00+00:00"
ERROR = 0.1
"""Share of turns that each scripted labeller gets wrong."""


def labels(run, labeller):
    """What a labeller who errs at ERROR exports: the truth of the turn, wrong for some items."""
    sheet = load(run)
    given = []
    for at, item in enumerate(sheet.of(labeller)):
        asks = "?" in item.turns[-1][1]
        wrong = stand_in.draw(labeller, item.id) < ERROR
        given.append({"item": item.id, "label": "yes" if asks != wrong else "no", "when": f"{at:04}"})
    return {"sheet": sheet.digest, "labeller": labeller, "labels": given}


def test_a_study_is_carried_through(notebook, made, root, tmp_path, monkeypatch, capsys):
    # a pilot, then the plan of both models, locked
    shutil.copytree(made / "asks-a", root / "pilot")
    monkeypatch.setattr(
        planning, "measured", lambda path, given, real=planning.measured: real(path, given, stand_in.model)
    )
    runs = {}
    for name in ("a", "b"):
        wanted = Wanted(pilot="pilot", target="15pp", lock=True)
        assert plan_study(str(notebook), {"model": name, "contexts": 160}, root, wanted) == 0
        (plan,) = [path for path in (root / "plans").glob("*.json") if path.stem not in runs.values()]
        runs[name] = plan.stem
    # the runs, made as planned
    for name, run in runs.items():
        stand_in.run(notebook, name, root / run, started=LATER, contexts=160)
        assert adherence(root / run)["deviations"] == []
    # the planted difference is found, the planted equivalence called the same
    assert compare_runs([*runs.values()], root, gate=True, to=tmp_path / "ci") == 1
    told = json.loads((tmp_path / "ci" / "comparison.json").read_text())
    assert {claim["id"]: claim["outcome"] for claim in told["claims"]} == {"asks.back": CHANGED, "asks.thanks": SAME}
    # two people label turns of one run
    assert draw_sheet(runs["b"], root, "asks_back", 100, ["ann", "bo"], 50, "asks") == 0
    files = [tmp_path / f"{name}.json" for name in ("ann", "bo")]
    for file, name in zip(files, ("ann", "bo"), strict=True):
        file.write_text(json.dumps(labels(root / runs["b"], name)))
    assert add_labels(runs["b"], root, files) == 0
    rates = labelled.corrected_rates(root / runs["b"]).set_index(["class", "rate"])
    asked = ERROR + (1 - 2 * ERROR) * 0.6  # what labellers who err so would say of a rate of 60 %
    assert rates.loc[("yes", "corrected"), "low"] < asked < rates.loc[("yes", "corrected"), "high"]
    # a rule changes, and the stored replies are read again
    monkeypatch.setattr(sys.modules["probes.study.suite.asks_back"], "MARK", "why")
    assert reread(runs["b"], root) == 0
    assert rows_moved(root / runs["b"], root / f"reread-{runs['b']}")["moved"].sum() == 0  # another rule, alike here
    monkeypatch.setattr(sys.modules["probes.study.suite.asks_back"], "MARK", "ok")
    assert reread(runs["b"], root) == 0
    assert rows_moved(root / runs["b"], root / f"reread-{runs['b']}").set_index("measure").loc["asks", "moved"] == 160
    # the run is cited as one file, and opens elsewhere with the same numbers and labels
    assert packing(runs["b"], root, tmp_path / "b.zip") == 0
    assert opening(tmp_path / "b.zip", tmp_path / "elsewhere") == 0
    there = tmp_path / "elsewhere" / runs["b"]
    assert records.rows(there, "asks_back").equals(records.rows(root / runs["b"], "asks_back"))
    assert labelled.corrected_rates(there).equals(labelled.corrected_rates(root / runs["b"]))
    assert (there / "claims.json").read_bytes() == (root / runs["b"] / "claims.json").read_bytes()
    assert "refused" not in capsys.readouterr().err


@pytest.mark.slow
def test_the_commands_carry_a_run_of_a_kernel_through(tmp_path):
    """The same commands on a real run, as typed: demo, its twin of another seed, compare, reread, zip, open."""
    from typer.testing import CliRunner

    from runner.cli import app

    def typed(*words):
        return CliRunner().invoke(app, [*words, "--out", str(tmp_path / "reports")])

    for seed in ("0", "1"):
        assert typed("run", "demo", "-p", f"seed={seed}").exit_code == 0
    one, two = sorted(path.parent.name for path in (tmp_path / "reports").glob("demo-*/claims.json"))
    assert typed("compare", one, two).exit_code == 0
    assert typed("reread", one).exit_code == 0
    assert typed("zip", one, "--to", str(tmp_path / "one.zip")).exit_code == 0
    assert CliRunner().invoke(app, ["open", str(tmp_path / "one.zip"), "--out", str(tmp_path / "there")]).exit_code == 0
    assert (tmp_path / "there" / one / "report.html").is_file()
