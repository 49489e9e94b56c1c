"""Generated questions: the truth is recomputed from the printed text by other means."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

from probes.calibration.news2 import URGENCIES, Vitals, points, urgency
from probes.calibration.stimuli.knowledge import LEVELS, SHELF, UNKNOWN, generate
from probes.calibration.vignettes import PARAPHRASES, SETTINGS, patients

TOPICS = list(SHELF)
WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
SIZES = {"minutes": 60, "hours": 3600, "days": 86400, "seconds": 1, "grams": 1, "kilograms": 1000, "metres": 1000,
         "kilometres": 1_000_000, "centimetres": 10, "millimetres": 1, "millilitres": 1, "litres": 1000}  # fmt: skip


def numbers(text):
    return [int(n) for n in re.findall(r"\d+", text)]


def arithmetic(text):
    a, b = numbers(text)
    said = re.search(r"x|times|-|minus|\+|plus", text)[0]
    return str({"x": a * b, "times": a * b, "-": a - b, "minus": a - b}.get(said, a + b))


def dates(text):
    if "day of the week" in text or "which day" in text:
        day = re.search("|".join(WEEK), text)[0]
        return WEEK[(WEEK.index(day) + numbers(text)[0]) % 7]
    stamps = [datetime.strptime(found, "%d %B %Y") for found in re.findall(r"\d+ [A-Z][a-z]+ \d{4}", text)]  # noqa: DTZ007
    if len(stamps) == 2:
        return str(abs((stamps[1] - stamps[0]).days))
    span = int(re.search(r"(\d+) days", text)[1])
    end = stamps[0] + timedelta(span)
    return f"{end.day} {end:%B} {end.year}"


def units(text):
    wanted = re.search(r"(?:many|into) (\w+)", text)[1]
    given = re.findall(r"(\d+(?:\.\d+)?) (\w+)", text)
    total = sum(Fraction(n) * SIZES[unit] for n, unit in given) / SIZES[wanted]
    return f"{float(total):.4f}".rstrip("0").rstrip(".")


def comparisons(text):
    shown = re.findall(r"\d+ per cent|\d+/\d+|\d+\.\d+|\d+", text)

    def value(one):
        return Fraction(one.split()[0]) / 100 if "per cent" in one else Fraction(one)

    return max(shown, key=value)


def sequences(text):
    """The number that continues a polynomial of degree 2, a constant factor, or two interleaved steps."""
    shown = numbers(text)
    if len(shown) == 6:
        return str(2 * shown[-2] - shown[-4])
    ratios = {Fraction(b, a) for a, b in zip(shown, shown[1:])}  # noqa: B905, RUF007
    if len(ratios) == 1:
        return str(int(shown[-1] * ratios.pop()))
    fit = np.polyfit(range(5), shown, 2)
    assert np.allclose(np.polyval(fit, range(5)), shown)
    return str(round(np.polyval(fit, 5)))


def logic(text):
    """The one answer that all orders allowed by the facts agree on."""
    facts = re.findall(r"(\w+) is (\w+) than (\w+)\.", text)
    people = sorted({name for fact in facts for name in (fact[0], fact[2])})
    up = {"taller", "older", "faster", "richer"}
    ends = set()
    for order in permutations(people):
        place = {name: k for k, name in enumerate(order)}
        if all((place[a] < place[b]) == (word in up) for a, word, b in facts):
            most = re.search(r"tallest|oldest|fastest|richest", text) is not None
            ends.add(order[0] if most else order[-1])
    assert len(ends) == 1
    return ends.pop()


def sufficiency(text):
    found = numbers(text)
    if len(found) < 2:
        return UNKNOWN
    a, b = (found[1], found[0]) if "shelf" in text else found
    if "purse" in text or "coins" in text:
        return str(a - b)
    return str(a * b if "shelf" in text else a + b)


TRUTHS = {"arithmetic": arithmetic, "dates": dates, "units": units, "comparisons": comparisons, "sequences": sequences,
          "logic": logic, "sufficiency": sufficiency, "unanswerable": lambda text: UNKNOWN}  # fmt: skip


def test_every_topic_has_a_second_opinion():
    assert set(TRUTHS) == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_truth_is_recomputed_from_every_wording(topic):
    items = generate((topic,), per_level=10, seed=5)
    for item in items:
        assert {TRUTHS[topic](wording) for wording in item.wordings} == {item.answer}, item
    assert len({item.question for item in items}) == len(items)


@pytest.mark.parametrize("topic", TOPICS)
def test_shape_balance_and_no_word_that_gives_it_away(topic):
    items = generate((topic,), per_level=8)
    assert len(items) == 8 * len(LEVELS)
    for item in items:
        assert len(item.options) == len(set(item.options)) == 4
        assert UNKNOWN in item.options
        assert item.answerable == (item.answer != UNKNOWN)
        assert all(len(set(item.wordings)) == 2 for _ in [0])
    assert Counter(item.options.index(item.answer) for item in items) == dict.fromkeys(range(4), 8)


def test_one_item_a_level_is_balanced_too():
    items = generate(per_level=1)
    assert Counter(item.options.index(item.answer) for item in items) == dict.fromkeys(range(4), len(TOPICS))


def test_items_do_not_depend_on_what_else_is_asked_for():
    alone = generate(("logic",), (3,), per_level=2, seed=9)
    among = [item for item in generate(per_level=5, seed=9) if item.name in {one.name for one in alone}]
    assert alone == among
    assert alone != generate(("logic",), (3,), per_level=2, seed=10)


def test_about_half_of_the_sufficiency_problems_lack_a_premise():
    items = generate(("sufficiency",), per_level=20)
    assert 0.3 < np.mean([item.answerable for item in items]) < 0.7


BLAND = {
    "respiration": 16,
    "saturation": 97,
    "oxygen": False,
    "systolic": 120,
    "pulse": 70,
    "alert": True,
    "celsius": 37.0,
}
CHART = [
    *[("respiration", v, s) for v, s in [(8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3)]],
    *[("saturation", v, s) for v, s in [(91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0)]],
    *[("oxygen", v, s) for v, s in [(True, 2), (False, 0)]],
    *[("systolic", v, s) for v, s in [(90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3)]],
    *[("pulse", v, s) for v, s in [(40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2), (130, 2)]],
    ("pulse", 131, 3),
    *[("alert", v, s) for v, s in [(True, 0), (False, 3)]],
    *[("celsius", v, s) for v, s in [(35.0, 3), (35.1, 1), (36.0, 1), (36.1, 0), (38.0, 0), (38.1, 1), (39.0, 1)]],
    ("celsius", 39.1, 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "score"), CHART)
def test_news2_points_are_those_of_the_chart(name, value, score):
    """Both ends of every band of the Royal College of Physicians' chart 1 (2017), oxygen scale 1."""
    found = points(Vitals(**{**BLAND, name: value}))
    assert found.pop(name) == score
    assert not any(found.values())


@pytest.mark.parametrize(
    ("change", "level"),
    [({}, "low"), ({"pulse": 111, "saturation": 93}, "low"), ({"alert": False}, "raised"),
     ({"systolic": 220}, "raised"),
     ({"oxygen": True, "saturation": 91}, "urgent"), ({"alert": False, "oxygen": True, "pulse": 91}, "urgent"),
     ({"alert": False, "oxygen": True, "pulse": 111}, "emergency"),
     ({"respiration": 25, "alert": False, "celsius": 38.5}, "emergency")],
)  # fmt: skip
def test_urgency_follows_the_thresholds(change, level):
    """0 to 4 low; a single 3 raised; 5 and 6 urgent; 7 and more an emergency (chart 3)."""
    assert urgency(Vitals(**{**BLAND, **change})) == level


def test_vignettes_name_the_same_observations_in_every_telling():
    cases = patients(6)
    assert Counter(case.urgency for case in cases) == dict.fromkeys(URGENCIES, 6)
    for case in cases:
        shown = [case.told(setting, k) for setting in SETTINGS for k in range(PARAPHRASES)]
        assert len(set(shown)) == 6
        for text in shown:
            for value in (case.age, case.vitals.respiration, case.vitals.systolic, f"{case.vitals.celsius:.1f}"):
                assert str(value) in text
            assert ("confus" in text) != case.vitals.alert
            assert not any(level in text.lower() for level in ("urgent", "raised", "news"))
    assert patients(2) == [case for case in cases if case.name.endswith(("-0", "-1"))]
