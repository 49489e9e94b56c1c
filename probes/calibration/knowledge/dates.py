"""Days of the week and of the year, by the Gregorian calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from probes.calibration.tongue import filled, tongue
from probes.shared.items.known import Draft, near


def make(level: int, rng: np.random.Generator, language: str = "en") -> Draft:
    """1: weekday some days on. 2: weekday many days on. 3: days between two dates. 4: date after many days."""
    said = tongue(language)["dates"]
    if level < 3:
        return _weekday(int(rng.integers(2, 7) if level == 1 else rng.integers(10, 60)), rng, said)
    start = date(int(rng.choice([2023, 2024])), 1, 1) + timedelta(int(rng.integers(0, 200)))
    span = int(rng.integers(20, 120))
    end = start + timedelta(span)
    if level == 3:
        wordings = filled(said["between"], start=_shown(start, said), end=_shown(end, said))
        return Draft(wordings, str(span), near(span, rng, (1, 2)))
    wordings = filled(said["after"], span=span, start=_shown(start, said))
    slips = [end + timedelta(int(days)) for days in rng.permutation([-2, -1, 1, 2])]
    return Draft(wordings, _shown(end, said), tuple(_shown(slip, said) for slip in slips))


def _weekday(days: int, rng: np.random.Generator, said: Mapping[str, Any]) -> Draft:
    today = int(rng.integers(7))
    then = (today + days) % 7
    week = said["week"]
    wordings = filled(said["weekday"], today=week[today], days=days)
    return Draft(wordings, week[then], tuple(week[(then + step) % 7] for step in (1, 6)))


def _shown(day: date, said: Mapping[str, Any]) -> str:
    number = said["first"] if day.day == 1 else day.day
    return str(said["date"].format(day=number, month=said["months"][day.month - 1], year=day.year))
