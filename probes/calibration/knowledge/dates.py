"""Days of the week and of the year, by the Gregorian calendar."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from probes.shared.items.known import Draft, near

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def make(level: int, rng: np.random.Generator) -> Draft:
    """1: weekday some days on. 2: weekday many days on. 3: days between two dates. 4: date after many days."""
    if level < 3:
        return _weekday(int(rng.integers(2, 7) if level == 1 else rng.integers(10, 60)), rng)
    start = date(int(rng.choice([2023, 2024])), 1, 1) + timedelta(int(rng.integers(0, 200)))
    span = int(rng.integers(20, 120))
    end = start + timedelta(span)
    if level == 3:
        wordings = (
            f"How many days after {_shown(start)} is {_shown(end)}?",
            f"It is {_shown(start)}. In how many days is it {_shown(end)}?",
        )
        return Draft(wordings, str(span), near(span, rng, (1, 2)))
    wordings = (
        f"Which date is {span} days after {_shown(start)}?",
        f"Today is {_shown(start)}. Which date is it in {span} days?",
    )
    slips = [end + timedelta(int(days)) for days in rng.permutation([-2, -1, 1, 2])]
    return Draft(wordings, _shown(end), tuple(_shown(slip) for slip in slips))


def _weekday(days: int, rng: np.random.Generator) -> Draft:
    today = int(rng.integers(7))
    then = (today + days) % 7
    wordings = (
        f"Today is {WEEK[today]}. Which day of the week is it in {days} days?",
        f"If today is {WEEK[today]}, which day of the week comes {days} days later?",
    )
    return Draft(wordings, WEEK[then], tuple(WEEK[(then + step) % 7] for step in (1, 6)))


def _shown(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
