"""The index: every run whatever became of it, latest first, with what filters and comparison need."""

from __future__ import annotations

import base64

from runner_cases import make_run, shown

from runner.index import entries, write_index
from runner.report import write_report

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def test_finished_failed_and_stopped_runs_are_all_listed(tmp_path):
    write_report(make_run(tmp_path, "fine-1", cells=[shown(image_png=PNG)], ended="2026-01-03T00:00:00+00:00"))
    make_run(tmp_path, "bad-1", state="failed", reason="boom <b>", ended="2026-01-04T00:00:00+00:00")
    make_run(tmp_path, "half-1", state="running", ended=None, heartbeat="2026-01-02T00:00:00+00:00")
    (tmp_path / "no run").mkdir()
    found = entries(tmp_path)
    assert [(run["run"], run["state"]) for run in found] == [
        ("bad-1", "failed"),
        ("fine-1", "finished"),
        ("half-1", "stopped"),
    ]
    assert found[1]["picture"] == "fine-1/thumbnail.png"
    assert base64.b64encode((tmp_path / found[1]["picture"]).read_bytes()).decode() == PNG
    page = write_index(tmp_path).read_text()
    assert "boom &lt;b&gt;" in page
    assert "stopped before it finished" in page
    assert 'href="fine-1/report.html"' in page
    assert 'href="half-1/report.html"' not in page


def test_hostile_run_stays_text_in_the_index(hostile_run):
    page = write_index(hostile_run.parent).read_text()
    assert page.count("<script>") == 1
    assert "<img src=x" not in page
    assert "<iframe" not in page


def test_an_empty_folder_has_an_index(tmp_path):
    assert "No runs yet" in write_index(tmp_path).read_text()
