"""One study from plan to archive on two stand-in models, with a planted difference and a planted equivalence."""

from __future__ import annotations

import json
import shutil
import sys

import numpy as np
import pytest
import stand_in
from scipy import stats

from analysis.report import records
from analysis.study import labelled, power
from analysis.study.agreement import agreement
from analysis.study.comparison import CHANGED, SAME
from analysis.study.corrected import rates
from analysis.study.labels import latest
from analysis.study.sheets import instrument, load
from probes.schema import checksum
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
        given.append(
            {
                "item": item.id,
                "label": "yes" if asks != wrong else "no",
                "when": f"2026-01-01T00:{at // 60:02}:{at % 60:02}Z",
            }
        )
    return {"sheet": sheet.digest, "labeller": labeller, "labels": given}


def printed(capsys):
    """What the last command said at the terminal; no command of this study is refused."""
    text = " ".join(capsys.readouterr().err.split())
    assert "refused" not in text
    return text


def covers(line, truth):
    """Whether the interval of a row of a table holds what was planted."""
    return line["low"] < truth < line["high"]


def test_a_study_is_carried_through(notebook, made, root, tmp_path, monkeypatch, capsys):
    rng = np.random.default_rng(0)
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
        said = printed(capsys)
        assert "asks_back: 160 units, 160 trials, 160 rows, 160 questions" in said
        for known in power.spreads(root / "pilot")[0]:
            least, many = power.detectable(known, 160, family=2), power.needed(known, 0.15, family=2)
            assert f"{known.id}: detects {100 * least:.1f} percentage points with 160 units" in said
            assert f"15.0 percentage points need {many} units" in said
            found = stats.ttest_1samp(least + known.sd * rng.standard_normal((160, 4000)), 0).pvalue < 0.025
            assert found.mean() == pytest.approx(0.8, abs=0.03)  # the stated power, four Monte-Carlo standard errors
    # the runs, made as planned
    for name, run in runs.items():
        stand_in.run(notebook, name, root / run, started=LATER, contexts=160)
        assert adherence(root / run)["deviations"] == []
    # the planted difference is found, the planted equivalence called the same
    assert compare_runs([*runs.values()], root, gate=True, to=tmp_path / "ci") == 1
    told = json.loads((tmp_path / "ci" / "comparison.json").read_text())
    assert {claim["id"]: claim["outcome"] for claim in told["claims"]} == {"asks.back": CHANGED, "asks.thanks": SAME}
    asked, thanked = told["claims"]
    assert asked["low"] < 0.3 < asked["high"]  # 30 and 60 % were planted
    assert -thanked["margin"] < thanked["low"] <= 0 <= thanked["high"] < thanked["margin"]
    said = printed(capsys)
    assert all(" ".join(claim["sentence"].split()) in said for claim in told["claims"])
    # two people label turns of one run
    assert draw_sheet(runs["b"], root, "asks_back", 100, ["ann", "bo"], 50, "asks") == 0
    files = [tmp_path / f"{name}.json" for name in ("ann", "bo")]
    for file, name in zip(files, ("ann", "bo"), strict=True):
        file.write_text(json.dumps(labels(root / runs["b"], name)))
    assert add_labels(runs["b"], root, files) == 0
    assert "150 new labels" in printed(capsys)  # 25 each alone, 50 both
    erring = ERROR + (1 - 2 * ERROR) * 0.6  # what labellers who err so would say of a rate of 60 %
    page = labelled.corrected_rates(root / runs["b"]).set_index(["class", "rate"])
    assert covers(page.loc[("yes", "raw")], 0.6)  # the rule does not err
    sheet = load(root / runs["b"])
    given, rows = latest(root / runs["b"], sheet), instrument(root / runs["b"], "asks_back", "asks")[0]
    known = labelled.lines(rates(sheet, rows, given, sensitivity=1 - ERROR, specificity=1 - ERROR))
    known = known.set_index(["class", "rate"])
    for rate in ("corrected", "labelled only"):
        for name, share in (("yes", 0.6), ("no", 0.4)):
            assert covers(known.loc[(name, rate)], share)  # the truth, where their error is known
            assert covers(page.loc[(name, rate)], erring if name == "yes" else 1 - erring)
    kappa = agreement(sheet, given, rng).set_index(["who", "class"]).loc[("ann and bo", "")]
    chance = erring**2 + (1 - erring) ** 2
    assert covers(kappa, ((1 - ERROR) ** 2 + ERROR**2 - chance) / (1 - chance))
    # a rule changes, and the stored replies are read again
    monkeypatch.setattr(sys.modules["probes.study.suite.asks_back"], "MARK", "why")
    assert reread(runs["b"], root) == 0
    assert rows_moved(root / runs["b"], root / f"reread-{runs['b']}")["moved"].sum() == 0  # another rule, alike here
    assert "0 of 2 claims and 0 of 320 rows moved" in printed(capsys)
    monkeypatch.setattr(sys.modules["probes.study.suite.asks_back"], "MARK", "ok")
    assert reread(runs["b"], root) == 0
    assert rows_moved(root / runs["b"], root / f"reread-{runs['b']}").set_index("measure").loc["asks", "moved"] == 160
    assert "1 of 2 claims and 160 of 320 rows moved" in printed(capsys)
    # the run is cited as one file, and opens elsewhere with the same numbers and labels
    assert packing(runs["b"], root, tmp_path / "b.zip") == 0
    assert f"sha256 {checksum(tmp_path / 'b.zip')}" in printed(capsys)
    assert opening(tmp_path / "b.zip", tmp_path / "elsewhere") == 0
    assert "as planned" in printed(capsys)
    there = tmp_path / "elsewhere" / runs["b"]
    assert records.rows(there, "asks_back").equals(records.rows(root / runs["b"], "asks_back"))
    assert labelled.corrected_rates(there).equals(labelled.corrected_rates(root / runs["b"]))
    assert (there / "claims.json").read_bytes() == (root / runs["b"] / "claims.json").read_bytes()


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
