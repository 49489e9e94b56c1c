"""A long text of one kind is read in time proportional to it: patterns that go back over it would take hours."""

from __future__ import annotations

import time
from functools import partial

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from analysis.report.show.tables import csv_text
from analysis.report.show.turns import conversation
from probes.core.extract import FORMS, extract
from probes.core.parse import chosen, unread
from probes.shared.turns.phrases import LIST_ITEM, ROLE_LINE
from probes.user_turn.instructions import number_sentences
from runner.cells import groups

MANY = 60_000
"""Characters: a pattern that goes back over each of them from each of them takes tens of seconds."""
ENOUGH = 2.0
KINDS = (
    "1",
    "-1",
    "a",
    " ",
    "\n",
    " \n",
    "\t",
    "'",
    ",",
    "<",
    "<img ",
    "\x1b[",
    "1,",
    "1.",
    "a-",
    "(",
    "*",
    "#",
    "%",
    "\r",
    "answer: ",
    "The answer is ",
    "$",
    "\\boxed{",
    "12/12/",
)


def reported(text):
    outputs = [new_output("stream", name=name, text=text) for name in ("stdout", "stderr")]
    return groups(new_notebook(cells=[new_code_cell("1", outputs=outputs)]))


READERS = {
    **{f"answers of the form {form}": partial(extract, form=form) for form in FORMS},
    "the report": reported,
    "a table as CSV": lambda text: csv_text(pd.DataFrame({"text": [text, f"-{text}x"]})),
    "a conversation": lambda text: conversation([("user", text)])._repr_html_(),
    "options": lambda text: [chosen(text, ("the red box", "the blue box")), unread(text, "end_of_turn")],
    "sentences": lambda text: number_sentences(text, "at least", 3),
    "lines": lambda text: [ROLE_LINE.search(text), LIST_ITEM.findall(text)],
}


@pytest.mark.parametrize("reader", READERS)
def test_a_long_text_of_one_kind_is_read_at_once(reader):
    slow = {}
    for kind in KINDS:
        for end in ("", "x", "\x00"):
            begun = time.process_time()
            READERS[reader]((kind * MANY)[:MANY] + end)
            slow[kind, end] = time.process_time() - begun
            assert slow[kind, end] < ENOUGH, (kind, end, slow[kind, end])
