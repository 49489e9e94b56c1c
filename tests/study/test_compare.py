"""Comparing runs: planted differences are found, planted equivalence is called so, what cannot be paired is refused."""

from __future__ import annotations

import ast
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import stand_in
from typer.testing import CliRunner

import analysis
from analysis.report import records
from analysis.stats import estimate
from analysis.stats.fits import paired_t
from analysis.stats.fits._units import Estimate
from analysis.study import side
from analysis.study.comparison import CHANGED, SAME, UNDECIDED, NotComparable, outcome
from analysis.study.pairing import EXACT, by_items, independent
from analysis.study.replay import NotReplayable, asking, script
from runner.cli import app
from runner.study.compare import compare_runs


def test_a_planted_difference_and_a_planted_equivalence_are_told_apart(pair):
    found = analysis.compare(*pair)
    assert {claim.id: outcome(claim) for claim in found.claims} == {"asks.back": CHANGED, "asks.thanks": SAME}
    assert found.outcome == CHANGED


def test_the_paired_interval_is_that_of_a_paired_t_test(pair):
    """With one row per unit the delete-group jackknife of a mean estimates what the paired t-test computes exactly."""
    claim = analysis.compare(*pair).claims["asks.back"]
    a, b = (records.rows(run, "asks_back").query("measure == 'asks'") for run in pair)
    exact = paired_t.paired_t(b["value"], a["value"], b["cluster"].to_numpy(), a["cluster"].to_numpy())
    assert claim.estimate.value == pytest.approx(exact.estimate)
    width = claim.estimate.high - claim.estimate.low
    assert width == pytest.approx(exact.high - exact.low, rel=0.35)  # 19 degrees of freedom estimate the spread


def test_a_run_against_itself_elsewhere_is_the_same(pair, notebook, root):
    found = analysis.compare(pair[0], stand_in.run(notebook, "a", root / "again"))
    assert found.outcome == SAME
    assert [claim.estimate.value for claim in found.claims] == [0.0, 0.0]


def test_no_change_in_few_units_is_no_proof_of_none(notebook, root):
    """0 of 20 changed: the exact limit is 1 - .025 ** (1 / 20) = 16.8 points, as Clopper and Pearson have it."""
    runs = [stand_in.run(notebook, name, root / name, contexts=20) for name in ("a", "b")]
    thanks = analysis.compare(*runs).claims["asks.thanks"]
    assert thanks.estimate.high == pytest.approx(1 - 0.025 ** (1 / 20))
    assert outcome(thanks) == UNDECIDED


def test_several_runs_are_rows_under_one_error_rate(pair, notebook, root):
    found = analysis.compare(*pair, stand_in.run(notebook, "c", root / "c"))
    assert set(found.beside["run"]) == {"stand-in:a", "stand-in:b", "stand-in:c"}
    assert [claim.id for claim in found.claims if outcome(claim) == CHANGED] == ["asks.back.asks_b"]


def test_other_stimuli_are_refused_with_what_to_run_again(pair, notebook, root):
    other = stand_in.run(notebook, "b", root / "elsewhere", start=500)
    with pytest.raises(NotComparable, match=r"0 units shared, of 80 and 80.*run elsewhere again on the"):
        analysis.compare(pair[0], other)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("version", 7, "version 1 and 7"),
        ("model_info", {"kind": "hub", "engine": {"decoding": "x"}}, "by different engines"),
    ],
)
def test_another_version_or_engine_is_refused(pair, field, value, why):
    path = pair[1] / "records" / "asks_back" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    with pytest.raises(NotComparable, match=why):
        analysis.compare(*pair)


def test_the_claims_of_a_moved_notebook_are_not_paired_and_say_so(pair, monkeypatch):
    for run in pair:
        said = json.loads((run / "parameters.json").read_text())
        (run / "parameters.json").write_text(json.dumps(said | {"place": "gone.ipynb", "notebook": "/gone.ipynb"}))
    compared = analysis.compare(*pair)
    found = compared.claims["asks.back"].estimate
    assert "as if independent, not paired: the notebook of asks-a is not here" in found.method
    assert found.low < found.value < found.high
    assert list(compared.unpaired.values()) == [["asks.back", "asks.thanks"]]


def test_a_broken_own_probe_is_said_to_keep_runs_from_being_paired(pair, root, tmp_path, monkeypatch, capsys):
    name, study = "probes.study.suite.asks_back", tmp_path / "broken"
    monkeypatch.setitem(sys.modules, name, sys.modules[name])  # the whole one comes back
    book = stand_in.study(study)
    (study / "probes" / "asks_back.py").write_text("import a_module_that_nobody_has")
    for run in pair:
        said = json.loads((run / "parameters.json").read_text())
        (run / "parameters.json").write_text(json.dumps(said | {"place": "gone.ipynb", "notebook": str(book)}))
    monkeypatch.setenv("INTERLOCUTOR_STUDY", str(study))
    assert compare_runs(["asks-a", "asks-b"], root) == 0
    why = "No module named 'a_module_that_nobody_has'"
    printed = capsys.readouterr().err.replace("\n", " ")
    assert "not paired by unit: asks.back, asks.thanks: asks_back.ipynb" in printed
    (folder,) = root.glob("compare-*")
    (reason,) = json.loads((folder / "comparison.json").read_text())["unpaired"]
    assert why in printed
    assert why in reason
    assert "a\\_module\\_that\\_nobody\\_has" in (folder / "summary.md").read_text()
    assert "a_module_that_nobody_has" in (folder / "report.html").read_text()


def needs_the_model(folder):
    """The stand-in notebook, whose claims need the model; that of asking names the value of every context."""
    cells = [(tag, source.replace('"units_name": "contexts"', '"units_name": "contexts" * bool(llm.info)')
              .replace('topic="asking"', 'topic="asking", by_unit=by_unit(asks["value"], asks["cluster"].to_numpy())')
              .replace("import analysis\n", "import analysis\nfrom analysis.stats.by_unit import by_unit\n"))
             for tag, source in stand_in.CELLS]  # fmt: skip
    return stand_in.written(folder / "needs.ipynb", cells)


def test_claims_that_need_the_model_are_paired_by_the_values_they_published(pair, root, tmp_path):
    """As `inside`: what the notebook computes from the model itself cannot be made again, its words are the same."""
    book = needs_the_model(tmp_path)
    runs = [stand_in.run(book, name, root / f"needs-{name}") for name in ("a", "b")]
    found, jackknifed = analysis.compare(*runs), analysis.compare(*pair).claims["asks.back"].estimate
    paired = found.claims["asks.back"].estimate
    assert paired.method == jackknifed.method == EXACT
    assert (paired.value, paired.units) == (pytest.approx(jackknifed.value), 80)
    assert (paired.low, paired.high) == pytest.approx((jackknifed.low, jackknifed.high), abs=0.03)
    assert found.unpaired == {"its claims need the model itself (info), not only its records": ["asks.thanks"]}
    assert "not paired by unit" in found.claims["asks.thanks"].subject
    again = analysis.compare(runs[0], stand_in.run(book, "a", root / "again"))
    assert (again.outcome, again.unpaired) == (SAME, {})
    assert {claim.estimate.method for claim in again.claims} == {"identical rows"}


@pytest.mark.parametrize(("shared", "paired"), [(30, True), (19, False)])
def test_published_values_are_paired_where_their_units_are_the_same(shared, paired):
    rng = np.random.default_rng(2)
    first = {f"w{at}": value for at, value in enumerate(rng.normal(size=40))}
    other = {(name if at < shared else f"x{at}"): value + 0.5 + 0.1 * rng.normal()
             for at, (name, value) in enumerate(first.items())}  # fmt: skip
    one, two = (estimate.mean(list(side.values()), list(side)) for side in (first, other))
    found = by_items(one, two, first, other, share=False)
    if not paired:
        assert found is None
        return
    exact = paired_t.paired_t(*([side[f"w{at}"] for at in range(shared)] for side in (other, first)))
    assert (found.value, found.units) == (pytest.approx(exact.estimate), shared)
    assert found.high - found.low == pytest.approx(exact.high - exact.low, rel=0.1)  # and the longer tail's term
    assert found.high - found.low < 0.3 * (independent(one, two, "").high - independent(one, two, "").low)


def test_runs_of_the_same_names_with_other_evidence_have_a_page_of_their_own(pair, notebook, root, tmp_path):
    other = stand_in.run(notebook, "b", tmp_path / "elsewhere" / "asks-b", contexts=60)
    for runs in (pair, (pair[0], other), pair):
        assert compare_runs([str(run) for run in runs], root) == 0
    pages = [json.loads((page / "comparison.json").read_text()) for page in root.glob("compare-*")]
    assert len(pages) == 2
    assert {page["claims"][0]["units"] for page in pages} == {60, 80}


@pytest.mark.parametrize("file", ["trials-*.jsonl", "trials.parquet"])
def test_torn_records_are_refused_by_the_name_of_their_file(pair, file, refusals):
    (path,) = (pair[1] / "records" / "asks_back").glob(file)
    path.write_bytes(path.read_bytes()[:-9])
    assert all(path.name in answer and "since the run finished" in answer for answer in refusals())
    with pytest.raises(ValueError, match=path.name):
        analysis.compare(*pair)


def test_an_interval_as_if_independent_is_wider_than_the_paired_one(pair):
    """The two models ask back in nested sets of contexts: pairing knows it, two intervals do not."""
    paired = analysis.compare(*pair).claims["asks.back"].estimate
    sides = [side.load(run).published["asks.back"] for run in pair]
    apart = independent(*(Estimate(**{name: one[name] for name in Estimate.__dataclass_fields__}) for one in sides), "")
    assert apart.value == pytest.approx(paired.value)
    assert apart.high - apart.low > paired.high - paired.low


def test_a_notebook_inside_a_folder_of_runs_is_never_executed(pair, notebook):
    (pair[0] / "notebook.ipynb").write_text(notebook.read_text())
    said = json.loads((pair[0] / "parameters.json").read_text())
    place = {"place": "asks-a/notebook.ipynb", "notebook": str(pair[0] / "notebook.ipynb")}
    (pair[0] / "parameters.json").write_text(json.dumps(said | place))
    assert "is not here" in analysis.compare(*pair).claims["asks.back"].estimate.method


def test_what_a_notebook_only_displays_is_not_executed(notebook, tmp_path):
    content = json.loads(notebook.read_text())
    cell = {"cell_type": "code", "metadata": {}, "source": "raise SystemExit", "outputs": [], "execution_count": None}
    content["cells"].insert(4, cell)
    (tmp_path / "n.ipynb").write_text(json.dumps(content))
    assert not [line for line in script(tmp_path / "n.ipynb").statements if "SystemExit" in str(vars(line))]


@pytest.mark.parametrize("path", sorted(Path("notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_can_be_read_for_its_claims_and_its_questions(path):
    lines = [ast.unparse(line) for line in script(path).statements]
    assert lines[-1].startswith("_published = ")
    assert not [line for line in lines if line.startswith("show.")]
    asked = [ast.unparse(line) for line in asking(path).statements]
    assert sum("probes.run(" in line for line in asked) == path.read_text().count("probes.run(")


def test_a_notebook_that_publishes_nothing_is_named(tmp_path):
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": []}))
    with pytest.raises(NotReplayable, match="publishes no claims"):
        script(tmp_path / "n.ipynb")


@pytest.fixture(scope="session")
def asked_at_the_gate(made, notebook, tmp_path_factory):
    """(folder of runs, exit code, folder of the two files) of a comparison from the command line."""
    root, ci = tmp_path_factory.mktemp("gate") / "reports", tmp_path_factory.mktemp("ci")
    shutil.copytree(made, root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTERLOCUTOR_STUDY", str(notebook.parent.parent))
        return root, compare_runs(["asks-a", "asks-b"], root, gate=True, to=ci), ci


def test_the_page_shows_both_conversations_escaped(asked_at_the_gate):
    root, _, _ = asked_at_the_gate
    (page,) = root.glob("compare-*/report.html")
    text = page.read_text()
    assert text.count('<details class="il-trial"') == 20
    assert "&lt;b&gt;why?&lt;/b&gt;" in text
    assert "<b>why?" not in text
    assert page.parent.name in (root / "index.html").read_text()


def test_the_gate_answers_with_its_exit_code_and_two_files(asked_at_the_gate):
    _, code, ci = asked_at_the_gate
    told = json.loads((ci / "comparison.json").read_text())
    assert code == 1
    assert told["outcome"] == CHANGED
    assert [claim["outcome"] for claim in told["claims"]] == [CHANGED, SAME]
    assert "| asks.back | changed |" in (ci / "summary.md").read_text()


def test_an_unchanged_run_passes_the_gate(pair, notebook, root):
    stand_in.run(notebook, "a", root / "again")
    assert compare_runs(["asks-a", "again"], root, gate=True) == 0


def test_too_few_units_are_undecided(notebook, root):
    for name in ("a", "b"):
        stand_in.run(notebook, name, root / name, contexts=4)
    assert compare_runs(["a", "b"], root, gate=True) == 2


@pytest.mark.parametrize(
    ("runs", "why"),
    [(["asks-a", "nothing"], "no run 'nothing'"), (["asks-a"], "at least two"), (["asks-a", "asks-a"], "same run")],
)
def test_bad_input_is_answered_in_words(pair, root, capsys, runs, why):
    assert compare_runs(runs, root) == 2
    assert why in capsys.readouterr().err.replace("\n", " ")


def test_a_file_in_place_of_a_folder_is_refused_by_the_gate(pair, root, tmp_path):
    """An exit code of 1 would say that the runs differ."""
    (tmp_path / "file").write_text("mine")
    typed = ["compare", str(pair[0]), str(pair[1]), "--gate"]
    for given in (["--to", str(tmp_path / "file")], ["--out", str(tmp_path / "file")]):
        done = CliRunner().invoke(app, [*typed, *given])
        assert done.exit_code == 3
        assert "is a file; give a folder" in " ".join(done.output.split())
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.slow
def test_intervals_of_paired_rates_cover_the_truth():
    """The jackknife of paired yes-or-no answers, 60 units, correlation by a shared difficulty: coverage of 95 %."""
    from analysis.report.claims import Claim
    from analysis.stats import estimate
    from analysis.study.pairing import difference

    rng, hits, truth, studies = np.random.default_rng(1), 0, 0.2, 500
    for _ in range(studies):
        hard, units = rng.random(60), np.arange(60)
        sides = []
        for rate in (0.4, 0.4 + truth):
            said = (0.5 * hard + 0.5 * rng.random(60) < _cut(rate)).astype(float)
            parts = [np.ones(60, bool), *(units % 20 != at for at in range(20))]
            sides.append([Claim("?", estimate.proportion(said[part], units[part]), "probability") for part in parts])
        found = difference(*sides)
        hits += found.low <= truth <= found.high
    print("coverage of paired rates", hits / studies)
    assert hits / studies >= 0.94


def _cut(rate: float) -> float:
    """Where the mean of two uniforms lies below with probability `rate` (at most one half, mirrored above)."""
    return float(np.sqrt(rate / 2)) if rate <= 0.5 else float(1 - np.sqrt((1 - rate) / 2))
