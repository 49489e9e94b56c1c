"""Labels by people: blind sheets, records that are only appended to, agreement, and rates corrected by them."""

from __future__ import annotations

import html
import json
import re

import numpy as np
import pandas as pd
import pytest
import stand_in
from scipy import stats
from typer.testing import CliRunner

from analysis.study import drawing, labelled, widget
from analysis.study.agreement import agreement, consensus, disagreements
from analysis.study.corrected import corrected
from analysis.study.drawing import RESERVED, draw
from analysis.study.labels import append, exported, history, latest
from analysis.study.sheets import ADJUDICATED, load, save
from analysis.study.widget import Labelling
from probes import schema
from runner.cli import app
from runner.study.label import add_labels, draw_sheet, report


@pytest.fixture
def sheet(pair):
    made = draw(pair[0], "asks_back", 40, ["ann", "bo"], 20)
    save(made, pair[0])
    return made


def said(sheet, labeller, wrong=()):
    """A label for every item of a labeller: the instrument's, but for the items at `wrong` places."""
    flip = {"yes": "no", "no": "yes"}
    return [{"item": item.id, "labeller": labeller, "when": f"2026-11-28T21:00:{at:02}Z",
             "label": flip[item.instrument] if at in wrong else item.instrument}
            for at, item in enumerate(sheet.of(labeller))]  # fmt: skip


def test_a_sheet_is_stratified_shared_and_dealt_out(sheet, pair):
    assert len({item.id for item in sheet.items}) == 40
    assert sum(item.labellers == ("ann", "bo") for item in sheet.items) == 20
    assert len(sheet.of("ann")) == len(sheet.of("bo")) == 30
    assert {item.instrument for item in sheet.items} == {"yes", "no"}
    assert sum(item.weight for item in sheet.items) == pytest.approx(80)  # the weights undo the strata
    assert draw(pair[0], "asks_back", 40, ["ann", "bo"], 20).digest == sheet.digest


def test_a_sheet_is_blind_and_the_form_harmless(pair, root):
    assert draw_sheet("asks-a", root, "asks_back", 40, ["ann", "bo"], 20) == 0
    page = (pair[0] / "labels" / "form-ann.html").read_text()
    assert "instrument" not in page
    assert "asks-a" not in page
    assert "stand-in" not in page
    assert "<b>" not in page
    data = json.loads(re.search(r'id="sheet">(.*?)</script>', page, re.S)[1])
    assert any("<b>why?</b>" in text for item in data["items"] for _, text in item["turns"])
    assert "default-src 'none'" in html.unescape(page)


def test_labels_are_appended_and_the_latest_counts(sheet, pair):
    assert append(pair[0], sheet, said(sheet, "ann")) == 30
    assert append(pair[0], sheet, said(sheet, "ann")) == 0  # the same file twice
    item = sheet.of("ann")[0].id
    append(pair[0], sheet, [{"item": item, "labeller": "ann", "label": "yes", "when": "2026-11-29T00:00:00Z"}])
    append(
        pair[0],
        sheet,
        [{"item": sheet.of("ann")[1].id, "labeller": "ann", "label": "", "when": "2026-11-29T00:00:00Z"}],
    )
    kept = latest(pair[0], sheet).set_index("item")
    assert len(history(pair[0])) == 32
    assert len(kept) == 29
    assert kept.loc[item, "label"] == "yes"


def test_the_latest_label_counts_whatever_the_order_of_the_files(sheet, pair):
    item = sheet.of("ann")[0].id
    for label, when in (("yes", "2026-11-29T18:00:00.000Z"), ("no", "2026-11-29T17:00:00.000Z")):
        append(pair[0], sheet, [{"item": item, "labeller": "ann", "label": label, "when": when}])
    assert list(latest(pair[0], sheet)["label"]) == ["yes"]


def test_an_altered_line_is_named(sheet, pair):
    append(pair[0], sheet, said(sheet, "ann"))
    path = pair[0] / "labels" / "labels.jsonl"
    path.write_text(path.read_text().replace('"label":"yes"', '"label":"no"', 1))
    with pytest.raises(ValueError, match=r"1 lines of .* were altered"):
        latest(pair[0], sheet)


@pytest.mark.parametrize(
    ("label", "why"),
    [({"item": "x", "labeller": "ann", "label": "yes"}, "not on the sheet"),
     ({"labeller": "eve", "label": "yes"}, "is not for 'eve' to label"),
     ({"labeller": "ann", "label": "maybe"}, "classes are yes, no")],
)  # fmt: skip
def test_a_label_that_does_not_belong_is_refused_and_nothing_written(sheet, pair, label, why):
    with pytest.raises(ValueError, match=why):
        append(pair[0], sheet, [*said(sheet, "ann"), {"item": sheet.of("ann")[0].id, **label}])
    assert history(pair[0]) == []


def test_labels_of_another_run_are_refused(sheet, pair, root, tmp_path, capsys):
    save(draw(pair[1], "asks_back", 40, ["ann", "bo"], 20), pair[1])
    file = tmp_path / "labels-ann.json"
    file.write_text(
        json.dumps({"sheet": sheet.digest, "run": "asks-a", "labeller": "ann", "labels": said(sheet, "ann")})
    )
    assert add_labels("asks-b", root, [file]) == 2
    assert "of another sheet" in capsys.readouterr().err.replace("\n", " ")
    assert len(exported(file, sheet)) == 30


def test_agreement_is_that_of_scikit_learn(sheet, pair):
    from sklearn.metrics import cohen_kappa_score

    append(pair[0], sheet, [*said(sheet, "ann", wrong=(1, 2)), *said(sheet, "bo", wrong=(3, 7, 8))])
    labels = latest(pair[0], sheet)
    both = labels.pivot(index="item", columns="labeller", values="label").dropna()
    table = agreement(sheet, labels, np.random.default_rng(0))
    row = table[(table["who"] == "ann and bo") & (table["class"] == "")].iloc[0]
    assert row["value"] == pytest.approx(cohen_kappa_score(both["ann"], both["bo"]))
    assert row["low"] < row["value"] < row["high"]
    assert set(table["class"]) == {"", "yes", "no"}
    assert len(disagreements(sheet, labels)) == (both["ann"] != both["bo"]).sum() > 0


def test_an_adjudicated_label_replaces_the_others(sheet, pair):
    append(pair[0], sheet, [*said(sheet, "ann", wrong=range(30)), *said(sheet, "bo")])
    item = next(item for item in sheet.items if len(item.labellers) == 2)
    assert consensus(sheet, latest(pair[0], sheet)).loc[item.id, "yes"] == 0.5
    append(pair[0], sheet, [{"item": item.id, "labeller": ADJUDICATED, "label": "yes"}])
    assert consensus(sheet, latest(pair[0], sheet)).loc[item.id, "yes"] == 1.0


def test_the_widget_keeps_every_label_at_once_and_resumes(sheet, pair):
    session = Labelling(pair[0], "ann")
    session.label("yes", "sure")
    session.label("no")
    session.undo()
    assert session.progress == Labelling(pair[0], "ann").progress == "1 of 30 labelled"
    assert len(history(pair[0])) == 3
    assert Labelling(pair[0], "ann").at == 1


def test_undo_brings_back_what_was_said_before_and_notes_are_kept(sheet, pair):
    session = Labelling(pair[0], "ann")
    for told in ({"act": "label", "value": "yes", "note": "sure"}, {"act": "move", "value": -1},
                 {"act": "label", "value": "yes", "note": "no, unsure", "stay": True}):  # fmt: skip
        session.act(told)
    assert (session.shown["label"], session.shown["note"]) == ("yes", "no, unsure")
    session.act({"act": "undo"})
    assert (session.shown["label"], session.shown["note"], session.at) == ("yes", "sure", 0)
    session.act({"act": "undo"})
    assert (session.shown["label"], session.progress) == ("", "0 of 30 labelled")
    session.act({"act": "move", "value": -1})
    session.act({"act": "move", "value": 99})
    assert session.at == 29


def test_a_report_gets_the_question_and_the_progress_as_text(sheet, pair):
    live = widget.label(pair[0], "ann")
    assert "0 of 30 labelled" in live.still.html
    assert "Yes or no: the turn asks." in live._repr_mimebundle_()["text/html"]


def test_the_widget_of_jupyterlab_labels(sheet, pair):
    pytest.importorskip("anywidget", reason="anywidget is not installed here")
    face = widget.label(pair[0], "ann").widget
    assert face.shown["at"] == 0
    face._handle_custom_msg({"act": "label", "value": "no", "note": "", "stay": False}, [])
    assert [label["label"] for label in history(pair[0])] == ["no"]
    assert (face.shown["done"], face.shown["at"]) == (1, 1)
    assert face._esm.startswith('"use strict"')


def test_the_page_shows_raw_corrected_and_labelled_only(sheet, pair, root):
    append(pair[0], sheet, [*said(sheet, "ann"), *said(sheet, "bo", wrong=(3,))])
    assert report("asks-a", root) == 0
    found = labelled.corrected_rates(pair[0])
    assert list(found["rate"].unique()) == ["raw", "corrected", "labelled only"]
    yes = found[found["class"] == "yes"].set_index("rate")["value"]
    assert yes["raw"] == pytest.approx(
        np.mean([stand_in.draw("asks", f"Tell me about c{k:03}.") < 0.3 for k in range(80)])
    )
    assert yes["corrected"] == pytest.approx(yes["labelled only"])  # with the classes as strata both are one number
    assert "corrected by labels" in (root / "labels-asks-a" / "report.html").read_text()


@pytest.mark.parametrize(
    ("given", "why"),
    [({"probe": "nothing"}, "no probe 'nothing'; it has asks_back"), ({"n": 500}, "give 2 to 80"),
     ({"labellers": ["ann", "ann"]}, "each labeller once"), ({"labellers": ["../x"]}, "letters, digits"),
     *(({"labellers": ["ann", name]}, f"'{name}' has a meaning of its own") for name in RESERVED),
     ({"overlap": 50}, "between 0 and"), ({"measure": "zzz"}, "no measure 'zzz'")],
)  # fmt: skip
def test_bad_input_is_answered_in_words(pair, root, capsys, given, why):
    asked = {"probe": "asks_back", "n": 40, "labellers": ["ann", "bo"], "overlap": 20} | given
    assert draw_sheet("asks-a", root, **asked) == 2
    assert why in capsys.readouterr().err.replace("\n", " ")


@pytest.mark.parametrize(("n", "overlap"), [(20, 20), (60, 50)])
def test_fifty_turns_go_to_all_labellers_or_as_many_as_there_are(pair, root, n, overlap):
    sheet = ["label", str(pair[0]), "--probe", "asks_back", "--n", str(n), "--labellers", "ann,bo", "--out", str(root)]
    done = CliRunner().invoke(app, sheet)
    assert done.exit_code == 0, done.output
    assert f"{n} turns, {overlap} of them for all" in " ".join(done.output.split())
    assert sum(len(item.labellers) == 2 for item in load(pair[0]).items) == overlap


def test_a_second_sheet_does_not_take_the_place_of_the_first(sheet, pair, root, capsys):
    assert draw_sheet("asks-a", root, "asks_back", 30, ["ann"], 0) == 2
    assert "was drawn before" in capsys.readouterr().err.replace("\n", " ")
    assert load(pair[0]).digest == sheet.digest


def test_without_labels_or_a_sheet_the_remedy_is_said(pair, root, capsys):
    assert report("asks-a", root) == 2
    assert "has no sheet yet" in capsys.readouterr().err.replace("\n", " ")
    assert schema.probes(pair[0]) == ["asks_back"]


def coverage(studies, error, rng, truth=0.3, hit=0.75, false=0.1, rows_each=4, units=150, n=200):
    """Share of simulated studies whose corrected interval holds the true rate: rows of a unit alike, a poor rule that
    misses a quarter and invents a tenth, and labellers who err at the rate given, which is known."""
    hits = 0
    for _ in range(studies):
        share = rng.beta(truth * 4, (1 - truth) * 4, units)
        true = rng.random((units, rows_each)) < share[:, None]
        rule = np.where(true, rng.random(true.shape) < hit, rng.random(true.shape) < false).ravel()
        rows = pd.DataFrame({"cluster": np.repeat(np.arange(units), rows_each), "said": rule.astype(float)})
        rows["stratum"] = np.where(rule, "yes", "no")
        people = (true.ravel() ^ (rng.random(true.size) < error)).astype(float)
        yes = min(n // 2, int(rule.sum()))
        drawn = np.concatenate([rng.choice(np.flatnonzero(rule == kind), many, replace=False)
                                for kind, many in ((0, n - yes), (1, yes))])  # fmt: skip
        labels = rows.iloc[drawn].assign(label=people[drawn])
        found = corrected(rows, labels, sensitivity=1 - error, specificity=1 - error)
        hits += found.low <= truth <= found.high
    return hits / studies


@pytest.mark.parametrize("error", [0.0, 0.1])
def test_corrected_intervals_cover_in_a_few_studies(error):
    assert coverage(60, error, np.random.default_rng(3)) >= 0.85


@pytest.mark.slow
@pytest.mark.parametrize("error", [0.0, 0.1])
def test_corrected_intervals_cover_the_truth_in_500_studies(error):
    held = coverage(500, error, np.random.default_rng(4))
    print("coverage", error, held)
    assert held >= 0.94


@pytest.mark.slow
def test_corrected_intervals_cover_a_rare_class_whose_errors_are_rarer():
    """5 % of turns, of which the rule misses two in five: the few misses among the labels weigh 30 each."""
    held = coverage(500, 0.0, np.random.default_rng(5), truth=0.05, hit=0.6, false=0.02)
    print("coverage of a rare class", held)
    assert held >= 0.94


def test_a_rare_error_moves_the_limit_on_its_own_side():
    """Five misses of a rule that says no to all, among 100 labels: samples with fewer have too narrow an interval, so
    that the upper limit must lie further out; turned round, yes for no, all of it is turned round."""
    rows = pd.DataFrame({"cluster": range(1000), "stratum": "all", "said": 0.0})
    labels = rows.head(100).assign(label=[1.0] * 5 + [0.0] * 95)
    found, turned = (
        corrected(rows, labels),
        corrected(rows.assign(said=1.0), labels.assign(said=1.0, label=1 - labels["label"])),
    )
    skewness = stats.skew(labels["label"]) / 10  # of the mean of 100
    q = stats.t.ppf(0.975, 99)
    standard_error = (found.value - found.low) / q
    assert found.high - found.value == pytest.approx(standard_error * (q + skewness / 6 * (1 + 2 * q**2)), rel=0.01)
    assert (turned.low, turned.high) == pytest.approx((1 - found.high, 1 - found.low))


def test_no_error_in_few_labels_of_a_large_stratum_is_no_proof_of_none():
    """Nine of ten rows lie in a stratum with 20 labels: Clopper and Pearson's limit is that of 20, not of all 120."""
    rows = pd.DataFrame({"cluster": range(1000), "stratum": ["no"] * 900 + ["yes"] * 100})
    rows["said"] = (rows["stratum"] == "yes").astype(float)
    labels = pd.concat([rows.head(20), rows.tail(100)])
    found = corrected(rows, labels.assign(label=labels["said"]))
    assert found.high - found.value >= 0.9 * (1 - 0.025 ** (1 / 20)) - 1e-9


def test_labels_that_find_no_error_do_not_make_the_instrument_perfect():
    """No error among 50 labels: the rate may still be off by Clopper and Pearson's limit, 1 - .025 ** (1 / 50)."""
    rows = pd.DataFrame({"cluster": range(10000), "stratum": "all", "said": [1.0, 0.0] * 5000})
    found = corrected(rows, rows.head(50).assign(label=rows["said"].head(50)))
    assert found.high - found.value >= 1 - 0.025 ** (1 / 50) - 1e-9


@pytest.mark.parametrize(
    ("measure", "declared", "asked"),
    [("asks", "1 if the turn asks", "Yes or no: the turn asks."),
     ("rules", "1 if the rules give the hand label, else 0", "Yes or no: the rules give the hand label."),
     ("correct", "0 or 1", "Is the answer correct?"), ("told_all", "0 or 1", "Yes or no: told all?")],
)  # fmt: skip
def test_labellers_are_asked_in_words_and_not_in_zeros_and_ones(measure, declared, asked):
    assert drawing.asked(measure, declared) == asked
