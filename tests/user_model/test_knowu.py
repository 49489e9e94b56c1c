"""Behaviour logs are read field by field; a broken line is named."""

from __future__ import annotations

import json

import pytest

from probes.user_model.knowu import evidence, habits, load

LINE = {
    "time": "2026-01-05 07:30",
    "location": "home",
    "action": "starts the kettle",
    "label": "signal",
    "category": "tea",
}


def written(tmp_path, content):
    file = tmp_path / "grandma.json"
    file.write_text(json.dumps(content))
    return file


def test_lines_are_read_and_noise_is_no_evidence(tmp_path):
    noise = LINE | {"label": "noise", "category": "tea"}
    lines = load(written(tmp_path, [LINE, noise, LINE | {"category": "walk"}]))
    assert [line.label for line in lines] == ["signal", "noise", "signal"]
    assert evidence(lines) == {"tea": 1, "walk": 1}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"a": 1}, "expected a JSON list"),
        ([LINE, {**LINE, "time": 5}], "entry 2: field 'time' must be a text, found int"),
        ([LINE, "x"], "entry 2: field 'time' must be a text, found NoneType"),
        ([{**LINE, "label": "maybe"}], "entry 1: label 'maybe' is not one of signal, noise"),
    ],
)
def test_broken_files_are_named(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        load(written(tmp_path, content))


PROFILE = """
user_profile:
  habits:
    tea: {description: Makes tea at half past seven., trigger: {time: "07:30"}}
    walk: {description: Walks after lunch.}
"""


def test_habits_of_a_profile_say_which_acts_are_no_noise(tmp_path):
    (tmp_path / "grandma.yaml").write_text(PROFILE)
    assert habits(tmp_path / "grandma.yaml") == {"tea": "Makes tea at half past seven.", "walk": "Walks after lunch."}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("user_profile: {habits: {}}", "at least one habit"),
        ("- a list", "at least one habit"),
        ("user_profile: {habits: {tea: {trigger: x}}}", "habit 'tea': field 'description' must be a text"),
        ("user_profile: [", "not YAML"),
        ("x: !!python/object/apply:os.system [echo]", "not YAML"),
    ],
)
def test_broken_profiles_are_named(tmp_path, content, message):
    (tmp_path / "p.yaml").write_text(content)
    with pytest.raises(ValueError, match=message):
        habits(tmp_path / "p.yaml")
