"""A report of twenty thousand trials is built in under 20 processor seconds and weighs under 2 MB."""

from __future__ import annotations

import re
import shutil
import time

import pytest
from nbformat.v4 import new_markdown_cell
from run_folders import finished, lines
from runner_cases import make_run, shown

from analysis import show
from runner.report import write_report

pytestmark = pytest.mark.slow
TRIALS = 20_000


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """(report, processor seconds it took to show and to write): what a notebook over many trials displays."""
    root = tmp_path_factory.mktemp("large")
    run = make_run(root)
    talk = [["user", "How do I fall asleep faster? " * 6], ["assistant", "Go to bed at the same hour. " * 20]]
    reply = {"turns": talk, "role": "user", "kind": "Continuation", "text": "And naps? " * 12, "stop": "length"}
    row = {"values": {"follow_up": 1.0}, "facts": {}, "text": reply["text"], "stop": "length", "question": 0}
    records = [
        {"key": f"k{k}", "facts": {"context": f"c-{k % 400}", "n": k}, "rows": [row], "asked": [reply] * 2}
        for k in range(TRIALS)
    ]
    shutil.rmtree(run / "records")
    frame = finished(run, "user_turn", [line for one in records for line in lines(one)], records)
    begun = time.process_time()
    parts = [show.transcripts(frame, run), show.trials(run), show.table(frame, "All rows")]
    page = write_report(
        make_run(root, "page-1", cells=[new_markdown_cell("# T"), *(shown(text_html=p._repr_html_()) for p in parts)])
    )
    return page, time.process_time() - begun


def test_it_is_built_in_under_20_seconds(large):
    assert large[1] < 20


def test_it_weighs_under_2_megabytes_and_says_what_it_left_out(large):
    assert large[0].stat().st_size < 2_000_000
    text = large[0].read_text()
    assert f"40 of {TRIALS} trials" in text
    assert f"6 of {TRIALS} conversations" in text
    assert re.search(rf"first \d+ of {TRIALS} rows", text)
