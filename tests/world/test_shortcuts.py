"""Whoever reads a diary by one cue only is right half the time, exactly, and has slope 0 on the exact log-odds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from probes.shared.world import LANGUAGES, Log
from probes.user_model.diary import BLOCK, Diary, diaries

Reader = Callable[[Log, str, str], float]
"""(log read from the text, who is asked about, the first act) -> belief in that act, in nats."""


def sign(value: str, act: str) -> float:
    return 1.0 if value == act else -1.0


def bayes(log: Log, who: str, act: str) -> float:
    values = log.values(log.events[0].what, who)
    return float(np.log(values.count(act) + 1) - np.log(len(values) - values.count(act) + 1))


def own(log: Log, who: str) -> tuple[str, ...]:
    return log.values(log.events[0].what, who)


SHORTCUTS: dict[str, Reader] = {
    "counter without names": lambda log, who, act: sum(sign(event.value, act) for event in log),
    "liked act": lambda log, who, act: sign("coffee", act) + sign("jazz", act) + sign("bus", act),
    "first line": lambda log, who, act: sign(log.events[0].value, act),
    "last line": lambda log, who, act: sign(log.events[-1].value, act),
    "own first line": lambda log, who, act: sign(own(log, who)[0], act),
    "own last line": lambda log, who, act: sign(own(log, who)[-1], act),
}


def slope(reader: Reader, made: list[Diary]) -> float:
    """Slope of a reader's belief on the exact log-odds, within diaries."""
    above = below = 0.0
    for diary in made:
        log = diary.voice.read(diary.voice.text(diary.log))
        exact = [diary.belief(person.name).logit(diary.values[0]) for person in diary.people]
        belief = [reader(log, person.name, diary.values[0]) for person in diary.people]
        above += float(np.dot(exact, belief))
        below += float(np.dot(exact, exact))
    return above / below


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bayesian_reader_has_slope_one(language):
    made = list(diaries(BLOCK, seed=1, language=language))
    assert slope(bayes, made) == pytest.approx(1.0)
    assert slope(lambda *asked: 0.5 * bayes(*asked) + 3.0, made) == pytest.approx(0.5)


@pytest.mark.parametrize("name", SHORTCUTS)
def test_single_cues_have_slope_zero_in_every_block(name):
    for seed, days in product(range(4), (6, 8, 10)):
        for block in np.split(np.array(list(diaries(2 * BLOCK, days, seed)), dtype=object), 2):
            assert slope(SHORTCUTS[name], list(block)) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("name", SHORTCUTS)
def test_single_cues_are_right_half_the_time(name):
    for block in (list(diaries(BLOCK, seed=seed)) for seed in range(4)):
        right = 0.0
        for diary, person in product(block, (0, 1)):
            who = diary.people[person].name
            belief = SHORTCUTS[name](diary.log, who, diary.values[0])
            right += 0.5 if belief == 0 else float((belief > 0) == (diary.belief(who).logit(diary.values[0]) > 0))
        assert right == BLOCK


def test_the_last_two_own_lines_do_tell_something():
    """No balance can hide them: with k of 8 lines for a, the line before the last is one of 6 of which k - 1 are a. The
    report therefore shows the weight of every position beside the slope."""
    steep, flat = np.log(8 / 2), np.log(7 / 3)  # k = 7 and k = 6; the expected signs of that line are 1 and 2/3
    by_hand = (steep + flat * 2 / 3) / (steep**2 + flat**2)
    made = list(diaries(32 * BLOCK, seed=5))
    found = slope(lambda log, who, act: sum(sign(value, act) for value in own(log, who)[-2:]), made)
    assert found == pytest.approx(by_hand, abs=0.06)
    assert by_hand == pytest.approx(0.739, abs=1e-3)
