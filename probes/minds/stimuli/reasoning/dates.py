"""Which date is it, so many days or weeks from a given one?"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from probes.minds.stimuli.reasoning._problem import Problem

_STEPS = {
    "tomorrow": 1,
    "the day after tomorrow": 2,
    "yesterday": -1,
    "one week from today": 7,
    "one week ago": -7,
    "ten days from today": 10,
    "two weeks ago": -14,
}


def make(rng: np.random.Generator) -> Problem:
    """A date between 1950 and 2049, and a step over a month's end in about half of the cases."""
    start = date(1950, 1, 1) + timedelta(days=int(rng.integers(36500)))
    if rng.integers(2):
        start = start.replace(day=int(rng.choice([1, 2, 27, 28])))
    step = list(_STEPS)[rng.integers(len(_STEPS))]
    answer = start + timedelta(days=_STEPS[step])
    question = f"Today is {start:%B} {start.day}, {start.year}. Which date is {step}, written as MM/DD/YYYY?"
    if _STEPS[step] < 0:
        question = question.replace("Which date is", "Which date was")
    return Problem(question, f"{answer:%m/%d/%Y}", "date")
