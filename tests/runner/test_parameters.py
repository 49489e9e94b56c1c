"""Everything wrong with what was given is found before a kernel starts, and all of it at once."""

from __future__ import annotations

import pytest

from probes.schema.given.yaml_text import mapping
from runner.parameters import Refused, declared, resolve

CELL = """\
model: str = "tiny"              # which model
revision: str = "main"
seed: int = 0
samples: int = 2                 # a context [1, 100]
temperature: float = 0.7         # of the sampler (0, 2]
above: float = 1.0               # anything positive (0, inf)
profile: str = "small"           # how much {small, full}
personas: list[str] = ["none"]   # who
layers: list[int] = [1, 2]       # which [0, 12]
flag: bool = False
note: str | None = None
out: str = "reports/x"
"""


@pytest.fixture(scope="module")
def known():
    return declared(CELL)


def problems(known, **given):
    with pytest.raises(Refused) as caught:
        resolve(known, given)
    return caught.value.problems


def test_defaults_and_given_values_come_typed_by_the_declaration(known):
    given = {
        "revision": "1e5",
        "seed": "7",
        "temperature": "1",
        "personas": "[1234567, on]",
        "flag": "true",
        "layers": "3,4",
    }
    resolved = resolve(known, given)
    assert resolved["revision"] == "1e5"
    assert (resolved["seed"], type(resolved["seed"])) == (7, int)
    assert (resolved["temperature"], type(resolved["temperature"])) == (1.0, float)
    assert resolved["personas"] == ["1234567", "on"]
    assert resolved["flag"] is True
    assert resolved["layers"] == [3, 4]
    assert resolved["model"] == "tiny"
    assert resolved["note"] is None


def test_all_problems_are_listed_not_only_the_first(known):
    found = problems(known, sed="1", samples="0", temperature="hot", profile="ful")
    assert len(found) == 4
    assert "did you mean seed?" in found[0]
    assert "did you mean full?" in found[3]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999"])
def test_numbers_that_are_not_finite_are_refused(known, value):
    assert "finite" in problems(known, temperature=value)[0]


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [
        ("samples", ["0", "101"], ["1", "100"]),
        ("temperature", ["0", "2.01"], ["2", "0.001"]),
        ("above", ["0", "-1"], ["1e9"]),
        ("layers", ["[0, 13]", "[-1]"], ["[0, 12]"]),
    ],
)
def test_bounds_hold_exactly_as_declared(known, name, bad, good):
    for value in bad:
        assert "outside" in problems(known, **{name: value})[0]
    for value in good:
        resolve(known, {name: value})


@pytest.mark.parametrize("value", ["1.5", "true", "", "0x10", "1_000", "9" * 30])
def test_what_is_no_whole_number_is_not_made_one(known, value):
    assert "whole number" in problems(known, seed=value)[0]


def test_native_values_are_checked_as_well(known):
    assert "whole number" in problems(known, seed=True)[0]
    assert "expected text" in problems(known, model=5)[0]
    assert resolve(known, {"temperature": 1})["temperature"] == 1.0


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "a\u2066b", "\ud800", "a\rb", "\x1b[31m"])
def test_text_with_control_bidi_or_broken_characters_is_refused(known, text):
    assert "characters" in problems(known, model=text)[0]


def test_very_long_text_and_empty_lists_are_refused(known):
    assert "10000000 characters" in problems(known, model="x" * 10_000_000)[0]
    assert "empty" in problems(known, personas="[]")[0]


@pytest.mark.parametrize(
    "name", ["x = __import__('os').system('true') #", "a\nb", "seed ", "", "ｓｅｅｄ", "1a", "a.b"]
)
def test_a_name_that_could_be_code_is_refused_unexecuted(known, name):
    assert "letters, digits and underscores" in problems(known, **{name: "1"})[0]


def test_keywords_and_the_run_folder_are_refused(known):
    assert "keyword" in problems(known, **{"class": "1"})[0]
    assert "--out" in problems(known, out="elsewhere")[0]


@pytest.mark.parametrize(
    "line",
    [
        "x = 1",
        "x: int = 1 + 1",
        "x: int = f()",
        "x: set = {1}",
        "import os",
        "x: int",
        'x: int = "a"',
        "x: int = 5  # [6, 9]",
    ],
)
def test_a_parameters_cell_out_of_form_is_refused(line):
    with pytest.raises(Refused, match="line 1"):
        declared(line)


def test_a_name_declared_twice_is_refused():
    with pytest.raises(Refused, match="twice"):
        declared("x: int = 1\nx: int = 2")


def test_yaml_scalars_stay_text():
    read = mapping("a: 1e5\nb: on\nc: 0123\nd: [1, no]\ne: null\nf: 'null'\n")
    assert read == {"a": "1e5", "b": "on", "c": "0123", "d": ["1", "no"], "e": None, "f": "null"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2", "twice"),
        ("- a\n- b", "the file is a list"),
        ("", "empty"),
        ("just text", "the file is a str"),
        ("a: !!python/object/apply:os.system ['true']", "tag"),
        ("a: !!int '5'", "tag"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("a:\n\t- 1", "not readable"),
        ("a: 1\n---\nb: 2", "not readable"),
        ("{a: {b: {c: " + "[" * 30 + "]" * 30 + "}}}", "nested"),
        ("? [1, 2]\n: 3", "not text"),
        ("a: b: c", "not readable"),
    ],
)
def test_yaml_that_could_surprise_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        mapping(text)


def test_byte_order_mark_and_windows_line_ends_are_no_problem():
    assert mapping("\ufeffa: 1\r\nb: 2\r\n") == {"a": "1", "b": "2"}
