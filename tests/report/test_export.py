from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from run_folders import finished, lines

from analysis import export, frame
from analysis.stats.fits._units import Estimate

ROOT = Path(__file__).parents[2]
EVIL = "=HYPERLINK(1)"


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "text": [EVIL, "-5", "+1 for you", "fine", None, " @x", "\tx", "-"],
            "value": [-1.5, np.nan, 0.25, 1, 2, 3, 4, 5],
            "=bad": ["a"] * 8,
        }
    )


def test_no_cell_of_a_csv_is_a_formula(tmp_path):
    path = export.tidy(table(), tmp_path / "sub" / "x.csv")
    with path.open(newline="") as stream:
        head, *rows = csv.reader(stream)
    assert head == ["text", "value", "'=bad"]
    assert [row[0] for row in rows] == ["'" + EVIL, "-5", "'+1 for you", "fine", "", "' @x", "'\tx", "'-"]
    assert [row[1] for row in rows[:2]] == ["-1.5", ""]
    assert not list(tmp_path.rglob("*.part"))


def test_parquet_keeps_everything(tmp_path):
    path = export.tidy(table(), tmp_path / "x.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(path), table(), check_dtype=False)


def test_other_formats_are_refused(tmp_path):
    with pytest.raises(ValueError, match="parquet or"):
        export.tidy(table(), tmp_path / "x.xlsx")


@pytest.fixture
def run(tmp_path) -> Path:
    """Three trials: one scored twice, one unreadable as a user turn, one failed."""
    about = {"run": "r", "version": 2, "model": "tiny", "fingerprint": "f", "seed": 0}
    declared = {"measures": {"p": "probability", "n": "tokens"}, "unit": "scene", "parameters": {"rounds": 2}}
    made = {"started": "2026-01-01T00:00:00+00:00", "packages": {"numpy": "2"}, "commit": "abc"}
    choice = {"turns": [["user", "A or B?"]], "kind": "Choice", "role": "assistant", "prefill": "Answer:"}
    choice |= {"logprobs": {" A": -1.0, " B": -0.5}, "options": {" A": "x", " B": "y"}}
    turn = {"turns": [["user", "hi"], ["assistant", "<b>hello</b>"]], "kind": "Continuation", "role": "user"}
    turn |= {"text": "\ud83d\ude00 why?", "stop": "length"}
    rows = [{"values": {"p": 0.25, "n": 3.0}, "facts": {}, "text": "", "stop": ""},
            {"values": {"p": 0.75, "n": "unscored"}, "facts": {}, "text": "", "stop": ""}]  # fmt: skip
    gone = [{"values": {"p": "truncated", "n": "truncated"}, "facts": {}, "text": "", "stop": ""}]
    records = [
        {"key": "k1", "cluster": "s1", "facts": {"game": "pd"}, "rows": rows, "asked": [choice], "error": ""},
        {"key": "k2", "cluster": "s2", "facts": {"game": "pd"}, "rows": gone, "asked": [choice, turn], "error": ""},
        {"key": "k3", "cluster": "s3", "facts": {}, "rows": gone, "asked": [], "error": "ValueError: no"},
    ]
    table = [line for record in records for line in lines(record)]
    finished(tmp_path, "demo", table, [{**records[0], "asked": []}, *records], **about, **declared, **made)
    return tmp_path


def test_samples_have_one_line_a_trial_and_null_for_the_unscored(run):
    lines = [json.loads(line) for line in export.samples(run, "demo", run / "s.jsonl").read_text().splitlines()]
    assert [line["doc"]["key"] for line in lines] == ["k1", "k2", "k3"]
    assert (lines[0]["p"], lines[0]["n"], lines[1]["p"]) == (0.5, 3.0, None)
    assert lines[0]["status"] == {"p": ["ok", "ok"], "n": ["ok", "unscored"]}
    assert lines[0]["resps"] == [["Answer: B"]]
    assert lines[1]["arguments"]["gen_args_1"]["arg_0"][1] == {"role": "assistant", "content": "<b>hello</b>"}
    assert lines[0]["prompt_hash"] != lines[1]["prompt_hash"]
    assert set(lines[0]) >= {
        "doc_id",
        "doc",
        "target",
        "arguments",
        "resps",
        "filtered_resps",
        "doc_hash",
        "target_hash",
    }


def test_inspect_log_keeps_denominators_and_roles(run):
    path = export.inspect_log(run, "demo", run / "logs")
    assert path.name == "2026-01-01T00-00-00+00-00_demo_r.json"  # Inspect lists files that begin with a time
    log = json.loads(path.read_text())
    scores = {score["name"]: score for score in log["results"]["scores"]}
    assert (scores["p"]["scored_samples"], scores["p"]["unscored_samples"]) == (1, 2)
    assert scores["p"]["metrics"]["mean"]["value"] == 0.5
    assert log["results"]["completed_samples"] == 2
    first, second, third = log["samples"]
    assert first["scores"]["p"]["value"] == 0.5
    assert second["scores"] == {}
    assert second["messages"][-1]["role"] == "user"
    assert second["output"]["choices"][0]["stop_reason"] == "max_tokens"
    assert third["error"]["message"] == "ValueError: no"
    assert log["eval"]["revision"]["commit"] == "abc"


def test_inspect_itself_reads_the_log(run):
    log = pytest.importorskip("inspect_ai.log", reason="inspect-ai is not installed here")
    path = str(export.inspect_log(run, "demo", run / "logs"))
    found = log.read_eval_log(path)
    assert log.read_eval_log(path, header_only=True).eval.task == "demo"
    assert found.status == "success"
    assert len(found.samples) == 3


def test_a_missing_run_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no run of demo"):
        export.samples(tmp_path, "demo", tmp_path / "x")


def test_the_dictionary_names_every_column():
    text = (ROOT / "docs/columns.md").read_text(encoding="utf-8")
    for name in (*frame.COLUMNS, *Estimate.__dataclass_fields__, *frame.STATUSES):
        assert f"`{name}`" in text, name
