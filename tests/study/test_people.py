"""Labels by people as an instrument of a run: raw, corrected and labelled-only rates, in every family with classes."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import stand_in

import analysis
import probes
from analysis import user_turn
from analysis.report import records
from analysis.study import labelled
from analysis.study.corrected import rates
from analysis.study.drawing import draw, stratified
from analysis.study.labels import append
from analysis.study.people import NONE
from analysis.study.sheets import READ, Item, Sheet, classed, save
from probes import schema
from probes.core import Continue, Probe, Row, Score, Transcript, Trial
from probes.core.parse import chosen, unread
from probes.models import ScriptedModel
from probes.models.scripted import reserved, uniform
from runner.plan import plan
from runner.session import run_one
from runner.study.label import unfit
from runner.study.reread import reread

CELL = "corrected = analysis.people(labels).of(table)\ncorrected"


def told(sheet, says, wrong=0.0):
    """Labels of every labeller for every item of theirs: what `says(item)` gives, but for a share that is wrong."""
    classes = sheet.classes
    return [{"item": item.id, "labeller": name, "when": f"2026-01-01T00:{at // 60:02}:{at % 60:02}Z",
             "label": classes[(classes.index(says(item)) + (stand_in.draw(name, item.id) < wrong)) % len(classes)]}
            for name in sheet.labellers for at, item in enumerate(sheet.of(name))]  # fmt: skip


def labelled_run(run, probe, says, n=40, measure="", wrong=0.0):
    """A sheet of a run for two labellers with their labels on it."""
    sheet = draw(run, probe, n, ["ann", "bo"], n // 2, measure)
    save(sheet, run)
    append(run, sheet, told(sheet, says, wrong))
    return sheet


def asks(item):
    return "yes" if "?" in item.turns[-1][1] else "no"


def test_without_labels_a_report_shows_nothing_and_the_text_says_how_to_get_some():
    found = analysis.people("").of(pd.DataFrame())
    assert (found.claims, found.shown.html) == ([], "")
    assert found.shown.plain == NONE
    assert "interlocutor label RUN" in repr(found)


def test_rates_are_those_of_the_page_about_the_labels(pair):
    labelled_run(pair[1], "asks_back", asks, wrong=0.1)
    found = analysis.people(pair[1] / "labels").of(records.rows(pair[1], "asks_back"))
    page = labelled.corrected_rates(pair[1])
    assert labelled.lines(found.found["rules"]).equals(page)
    assert [claim.id for claim in found.claims] == ["labels.asks_back.yes"]  # no says the same
    for rate in ("raw", "corrected", "labelled only"):
        assert f">{rate}<" in found._repr_html_()


def test_labels_are_a_parameter_of_a_notebook(pair, tmp_path, monkeypatch):
    """The claims of a notebook with `labels` are made again from its rows by `compare` and `reread`, too."""
    for run in pair:
        labelled_run(run, "asks_back", asks, n=60, wrong=0.05)
    book = with_labels(tmp_path)
    for run in pair:
        again = json.loads((run / "parameters.json").read_text())
        again |= {"notebook": str(book), "place": "gone.ipynb"}
        again["resolved"] |= {"labels": str(run / "labels")}
        (run / "parameters.json").write_text(json.dumps(again))
        found = analysis.people(run).of(records.rows(run, "asks_back"))
        claims = json.loads((run / "claims.json").read_text())
        claims["claims"] += [claim.record() for claim in found.claims]
        (run / "claims.json").write_text(json.dumps(claims))
    found = analysis.compare(*pair).claims["labels.asks_back.yes"].estimate
    rules = analysis.compare(*pair).claims["asks.back"].estimate
    assert found.method == rules.method or "jackknife" in found.method
    assert found.low < rules.value < found.high


def test_labels_that_do_not_fit_leave_a_finished_run_as_it_was(pair, root, tmp_path, capsys):
    labelled_run(pair[0], "asks_back", asks)
    book, given = with_labels(tmp_path), {"model": "b", "labels": str(pair[0] / "labels")}
    run = plan(str(book), given, root).folder
    shutil.copytree(pair[1], run)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    for labels, why in ((given["labels"], "labels of another run"), (str(tmp_path), "holds no sheet of labels")):
        assert run_one(str(book), given | {"labels": labels}, root) == 2
        assert why in capsys.readouterr().err.replace("\n", " ")
    assert before == {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    assert unfit(pair[0], given["labels"]) == []


def with_labels(folder):
    """The notebook of the stand-in study with labels as a parameter."""
    cells = [(tag, source.replace("seed: int", 'labels: str = ""\nseed: int')) for tag, source in stand_in.CELLS]
    cells[-1:] = [("", CELL), ("", "analysis.claims.publish([*claims, *corrected.claims], out)")]
    return stand_in.written(folder / "with_labels.ipynb", cells)


def test_the_corrected_rate_survives_a_rule_that_changes(pair, root, monkeypatch):
    """By a rule that reads another word the raw rate moves far; what people say is known as before."""
    labelled_run(pair[1], "asks_back", asks, n=60)
    before = labelled.corrected_rates(pair[1]).set_index(["class", "rate"])
    monkeypatch.setattr(sys.modules["probes.study.suite.asks_back"], "MARK", "ok")
    assert reread("asks-b", root) == 0
    rows = records.rows(root / "reread-asks-b", "asks_back")
    after = labelled.lines(analysis.people(pair[1]).of(rows).found["rules"]).set_index(["class", "rate"])
    raw = [table.loc[("yes", "raw"), "value"] for table in (before, after)]
    assert raw[1] == pytest.approx(1 - raw[0])
    assert after.loc[("yes", "corrected"), "low"] < raw[0] < after.loc[("yes", "corrected"), "high"]
    assert "Rates as people label them" in (root / "reread-asks-b" / "report.html").read_text()


def test_a_judge_is_a_second_instrument(pair):
    """A judge that turns every class round has the opposite raw rate, and the same corrected one."""
    labelled_run(pair[1], "asks_back", asks)
    rows = records.rows(pair[1], "asks_back")
    rows["judge_class"] = rows["value"].map({1.0: "no", 0.0: "yes"})
    found = analysis.people(pair[1]).of(rows[rows["measure"] == "asks"]).found
    rules, judge = (found[name]["yes"] for name in ("rules", "judge"))
    assert judge["raw"].value == pytest.approx(1 - rules["raw"].value)
    assert judge["corrected"].value == pytest.approx(rules["corrected"].value)
    assert judge["labelled only"] == rules["labelled only"]


@dataclass(frozen=True)
class Answers(Probe):
    """A free answer, read by the package's rule for answers that name none."""

    measures = {"drink": "1 if the answer is coffee, 0 if tea"}
    unit = "person"
    source = "made for this test"

    def trials(self):
        for number in range(200):
            yield Trial(person=f"p{number}")

    def play(self, trial, rng):
        reply = yield Continue(Transcript().user(f"Does {trial.person} take coffee or tea?"), max_tokens=12)
        name = chosen(reply.text, ("coffee", "tea"))
        yield Row({"drink": float(name == "coffee") if name else unread(reply.text, reply.stop)}, reply=reply)


def refusing(question):
    """Refuses in words that no rule knows in every third context, in plain ones in every fifth."""
    number = int("".join(filter(str.isdigit, question.transcript.turns[0].text)) or 0)
    return "That is not mine to say." if number % 3 == 0 else "I cannot say." if number % 5 == 0 else "Coffee"


def test_refusals_are_labelled_by_their_status(tmp_path):
    """Of free answers the rule finds the refusals that say so; people find the others as well."""
    table = probes.run(Answers(), ScriptedModel(refusing), out=tmp_path / "run")
    truth = np.mean(["say" in text for text in table["text"]])
    (name,) = schema.probes(tmp_path / "run")
    sheet = labelled_run(tmp_path / "run", name, lambda item: "refused" if "say" in item.turns[-1][1] else "ok",
                         n=80, measure="status")  # fmt: skip
    assert sheet.classes == READ
    assert "refused" in sheet.question
    rate = analysis.people(tmp_path / "run").of(table).found["rules"]["refused"]
    assert rate["raw"].value < truth - 0.2
    assert rate["corrected"].low < truth < rate["corrected"].high


def mixed(question):
    """Answers, and as the user asks about the answer, thanks, repeats the query or says nothing, by turns."""
    query, *later = [turn.text for turn in question.transcript]
    if not isinstance(question, Continue):
        return uniform(question)
    if question.role != "user" or not later:
        return "It depends on the green harbour, says the old captain."
    said = f"Why does it depend on {' '.join(later[-1].split()[-4:])}?", "Thanks a lot!", query, ""
    return said[int(4 * stand_in.draw(query, later[-1]))]


def test_user_turns_are_labelled_in_six_classes(tmp_path):
    """Follow-ups and what stands in their place, on the turns that the report's rates are about."""
    run = tmp_path / "run"
    probe = probes.suite.user_turn(**probes.suite.user_turn.example | {"per_domain": 8})
    table = probes.run(probe, ScriptedModel(mixed), out=run)
    labelled_run(run, "user_turn", lambda item: item.instrument, n=120)
    rows = user_turn.readings(table)
    found = analysis.people(run).of(rows)
    follow_up = found.found["rules"]["follow_up"]
    assert follow_up["raw"].value == pytest.approx(rows["value"].mean(), abs=0.05)
    assert follow_up["corrected"].low <= follow_up["raw"].value <= follow_up["corrected"].high
    assert [claim.part_of for claim in found.claims] == ["", *["labels.user_turn.follow_up"] * 5]


def scoring(question):
    """Writes as a stand-in does; a text is as likely as its words and its conversation make it."""
    if not isinstance(question, Score):
        return reserved(question)
    talks = (question.transcript, *question.contexts)
    return [-10 * stand_in.draw(question.text, *(turn.text for turn in talk)) for talk in talks]


@pytest.mark.parametrize(("probe", "measure"), [("rule_text", "applied"), ("in_character", "hit")])
def test_rule_texts_and_lines_in_character_are_labelled(probe, measure, tmp_path):
    kind = probes.suite[probe]
    table = probes.run(kind(**kind.example), ScriptedModel(scoring), out=tmp_path / "run")
    rows = classed(table, probe, measure)
    sheet = labelled_run(tmp_path / "run", probe, lambda item: "yes", n=min(len(rows), 20), measure=measure)
    assert sheet.classes == ("yes", "no")
    rate = analysis.people(tmp_path / "run").of(table).found["rules"]["yes"]
    assert (rate["raw"].value < 1) == (rate["corrected"].value is None or rate["corrected"].value > rate["raw"].value)


def test_a_line_is_labelled_under_the_profile_it_belongs_to(tmp_path):
    probe = probes.suite.in_character(scenes=1, parts=("facts",), forms=("entailed",))
    table = probes.run(probe, ScriptedModel(scoring), out=tmp_path / "run")
    sheet = draw(tmp_path / "run", "in_character", 10, ["ann"], 0, "hit", question="Would this person say this?")
    assert sheet.question == "Would this person say this?"
    (trial,) = probe.trials()
    square = trial.cast.square("facts", "entailed")
    own = {(row.turns[0].text, line) for row, line in zip(square.rows, square.columns, strict=True)}
    assert {(item.turns[0][1], item.turns[-1][1]) for item in sheet.items} == own
    assert len(table) == 30


def study(rng, instrument, error, units=150, rows_each=4, n=200):
    """(sheet, rows, labels, truth) of a simulated run: a rule that misses a quarter and invents a tenth, two labellers
    who err, half of the sheet read by both."""
    truth = 0.3
    share = rng.beta(truth * 4, (1 - truth) * 4, units)
    true = (rng.random((units, rows_each)) < share[:, None]).ravel()
    rule, other = (np.where(true, rng.random(true.size) < hit, rng.random(true.size) < false)
                   for hit, false in ((0.75, 0.1), (0.6, 0.3)))  # fmt: skip
    rows = pd.DataFrame({"cluster": np.repeat(np.arange(units), rows_each).astype(str), "row": 0,
                         "key": [f"k{at}" for at in range(true.size)], "true": true,
                         "instrument": np.where(rule, "yes", "no"), "judge": np.where(other, "yes", "no")})  # fmt: skip
    drawn = stratified(rows, n, rng)
    who = [("ann", "bo") if at < n // 2 else (("ann", "bo")[at % 2],) for at in rng.permutation(n)]
    items = tuple(Item(row["key"], row["key"], 0, row["cluster"], row["instrument"], row["weight"], who[at], ())
                  for at, row in enumerate(drawn.to_dict("records")))  # fmt: skip
    sheet = Sheet("r", "p", "m", "?", ("yes", "no"), ("ann", "bo"), 0, items)
    given = [{"item": item.id, "labeller": name, "label": "yes" if at != (rng.random() < error) else "no"}
             for item, at in zip(items, drawn["true"], strict=True) for name in item.labellers]  # fmt: skip
    if instrument == "changed":  # today's rule is another one than the sheet was drawn by
        rows["instrument"] = rows["judge"]
    return sheet, rows, pd.DataFrame(given), truth


def coverage(studies, instrument, error, seed):
    rng, hits = np.random.default_rng(seed), 0
    for _ in range(studies):
        sheet, rows, labels, truth = study(rng, instrument, error)
        column = "judge" if instrument == "judge" else "instrument"
        found = rates(sheet, rows, labels, column, sensitivity=1 - error, specificity=1 - error)["yes"]["corrected"]
        hits += found.low <= truth <= found.high
    return hits / studies


CASES = [("rules", 0.0), ("rules", 0.1), ("judge", 0.1), ("changed", 0.1)]


@pytest.mark.parametrize(("instrument", "error"), CASES)
def test_two_labellers_correct_a_rate_in_a_few_studies(instrument, error):
    assert coverage(40, instrument, error, 1) >= 0.85


@pytest.mark.slow
@pytest.mark.parametrize(("instrument", "error"), CASES)
def test_two_labellers_with_a_known_error_cover_the_truth_in_500_studies(instrument, error):
    held = coverage(500, instrument, error, 2)
    print("coverage", instrument, error, held)
    assert held >= 0.94
