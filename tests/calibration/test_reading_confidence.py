"""What a model writes about its confidence: read for certain, or a status."""

from __future__ import annotations

import pytest

from probes.calibration.grading import matches, unknown
from probes.calibration.reading import letter, percent, words


@pytest.mark.parametrize(
    ("text", "value"),
    [("85%", 0.85), (" 85 % ", 0.85), ("85", 0.85), ("I am 100% sure.", 1.0), ("0%", 0.0),
     ("99.9%\n\nBecause 3", 0.999),
     ("Confidence: 70 percent", 0.7), ("70 per cent", 0.7), ("7 + 6 = 13 is 80% right", 0.8), ("\n\n60%", 0.6),
     ("12,5 %", 0.125), ("0.5%", 0.005), ("1", 0.01)],
)  # fmt: skip
def test_percentages(text, value):
    assert percent(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "status"),
    [("", "unscored"), ("150%", "unscored"), ("90-95%", "unscored"), ("90 to 95", "unscored"), ("-5%", "unscored"),
     ("high", "unscored"), ("0.8", "unscored"), ("50% or 60%", "unscored"), ("2 of 3", "unscored"),
     ("ninety", "unscored"),
     ("I am 100% sure I don't know", "refused"), ("I cannot say 50%", "refused"),
     ("<script>alert(1)</script>", "unscored"),
     ("99.9.9%", "unscored"), ("B2B", "unscored"), ("NaN%", "unscored"), ("1e3%", "unscored")],
)  # fmt: skip
def test_what_cannot_be_read_is_a_status(text, status):
    assert percent(text) == status


@pytest.mark.parametrize(
    ("text", "value"),
    [("Almost certain.", 0.95), ("likely", 0.75), ("It is unlikely", 0.25), ("EVEN CHANCE", 0.5),
     ("almost impossible", 0.05),
     ("likely or unlikely", "unscored"), ("not likely", "unscored"), ("sure", "unscored"), ("", "unscored"),
     ("I cannot tell", "refused")],
)  # fmt: skip
def test_words(text, value):
    assert words(text) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [(" B", "B"), ("B) 12", "B"), ("(C)", "C"), ("The answer is D.", "D"), ("A", "A"),
     ("A dog barked", "A"), ("E", None),
     ("B or C", "B"), ("Because", None), ("either B or C", None), ("", None)],
)  # fmt: skip
def test_letters(text, found):
    assert letter(text, list("ABCD")) == found


@pytest.mark.parametrize(
    ("text", "right"),
    [("13", True), ("The sum is 13.", True), ("7 + 6 = 13", True), ("Answer: 13", True), ("1,300", False),
     ("13 apples", False),
     ("14", False), ("It is not 13 but 14", False), ("", False), ("130", False)],
)  # fmt: skip
def test_free_answers(text, right):
    assert matches(text, ("13",)) == right


def test_free_answers_by_filling_in_and_by_alias():
    question = "Ada is taller than Ben. Who is the tallest?"
    assert matches("Ada is the tallest.", ("Ada",), question)
    assert not matches("Ben is the tallest.", ("Ada",), question)
    assert not matches("Ada is a doctor.", ("Ada",), question)
    assert matches("the United Kingdom", ("UK", "United Kingdom"))


@pytest.mark.parametrize(
    ("text", "right"),
    [("It cannot be known.", True), ("It cannot be determined from this", True),
     ("There is not enough information", True),
     ("Unknown", True), ("Bread", False), ("", False)],
)  # fmt: skip
def test_saying_that_it_cannot_be_known(text, right):
    assert unknown(text) == right


def test_the_conclusion_of_an_answer_that_reasons_is_the_answer():
    assert matches("He has 28 - 16 = 12 more caps.\n#### 12\nThe answer is 12.", ("12",))
    assert matches("First add them up.\nThe final answer is: $12.", ("12",))
    assert not matches("It is 12.\nThe answer is 13.", ("12",))
    assert not matches("The answer is 12.\nNo: the answer is 13.", ("12",))
