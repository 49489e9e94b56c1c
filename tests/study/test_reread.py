"""Today's rules on stored replies: no model, old values kept, and what moved is said."""

from __future__ import annotations

import json
import sys

import pytest

from analysis.report import records
from runner.study.reread import reread, rows_moved

RULE = "probes.study.suite.asks_back"


def test_nothing_moves_while_the_rules_are_the_same(pair, root, capsys):
    assert reread("asks-a", root) == 0
    assert "0 of 160 rows moved" in capsys.readouterr().err.replace("\n", " ")
    old, new = (json.loads((root / name / "claims.json").read_text())["claims"] for name in ("asks-a", "reread-asks-a"))
    assert [claim["value"] for claim in old] == [claim["value"] for claim in new]


def test_a_changed_rule_moves_what_it_reads_and_nothing_else(pair, root, monkeypatch, capsys):
    before = (pair[0] / "claims.json").read_bytes()
    monkeypatch.setattr(sys.modules[RULE], "MARK", "Thanks")
    assert reread("asks-a", root) == 0
    moved = rows_moved(pair[0], root / "reread-asks-a").set_index("measure")
    thanks = records.rows(pair[0], "asks_back").query("measure == 'thanks'")["value"].mean()
    assert moved.loc["asks", "after"] == pytest.approx(thanks)
    assert moved.loc["asks", "moved"] > 0 == moved.loc["thanks", "moved"]
    assert (pair[0] / "claims.json").read_bytes() == before
    assert "asks.back" in capsys.readouterr().err


def test_a_changed_question_needs_the_model_and_says_so(pair, root, monkeypatch, capsys):
    monkeypatch.setattr(sys.modules[RULE].AsksBack, "play", changed_question)
    assert reread("asks-a", root) == 2
    said = capsys.readouterr().err.replace("\n", " ")
    assert "80 questions have no stored reply" in said
    assert "the model is needed" in said
    assert sorted(path.name for path in root.iterdir()) == ["asks-a", "asks-b"]


def changed_question(self, trial, rng):
    from probes.core import Continue, Row, Transcript

    reply = yield Continue(Transcript().user(f"Say more about {trial.context}.").assistant("No."), role="user")
    yield Row({"asks": float("?" in reply.text), "thanks": 0.0}, reply=reply)


def test_records_without_the_whole_fingerprint_are_named(pair, root, capsys):
    path = pair[0] / "records" / "asks_back" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model_info": {}}))
    assert reread("asks-a", root) == 2
    assert "do not say the whole fingerprint" in capsys.readouterr().err.replace("\n", " ")


def test_an_unknown_run_is_named(root, capsys):
    assert reread("nothing", root) == 2
    assert "no run 'nothing'" in capsys.readouterr().err.replace("\n", " ")
