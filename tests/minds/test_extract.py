"""Answers are read from several hundred forms, and equally well in the manner of every method."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from probes.core.extract import FORMS, extract

sys.path.insert(0, str(Path(__file__).parent))
from answer_forms import HARD, TASKS, forms

THINGS = ("the ball", "the kite", "the drum")


def test_the_forms_are_many_and_different():
    listed = {(text, task.name) for _, _, task, text in forms()}
    assert len(listed) + len(HARD) >= 300
    assert len({task.name for task in TASKS}) == 6
    assert {task.form for task in TASKS} == set(FORMS)


@pytest.mark.parametrize("which", ["first", "second"])
def test_every_method_is_read_equally_well(which):
    """A reader that knows one manner better than another fakes an effect of the method: all are read whole."""
    asked, read = Counter[str](), Counter[str]()
    missed = []
    for method, number, task, text in forms():
        if number == which:
            found = extract(text, task.form, last=which == "first", options=task.options)
            asked[method] += 1
            read[method] += found == task.answer
            missed += [(method, task.name, text, found)] if found != task.answer else []
    assert len(asked) == 4
    assert read == asked, missed


@pytest.mark.parametrize(("form", "free", "text", "answer"), HARD)
def test_texts_that_tempt(form, free, text, answer):
    assert extract(text, form, last=free, options=THINGS if form == "choice" else ()) == answer
