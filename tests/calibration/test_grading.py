"""Free answers are right whatever follows them, and saying that nobody knows is recognised in the ways it is said."""

from __future__ import annotations

import pytest

from probes.calibration.grading import matches, unknown

ABSTAINS = (
    "The answer is unknown.", "That is uncertain.", "The outcome remains unclear.", "It is not yet known.",
    "There is no evidence for this.", "No definitive answer exists.", "There is no single right answer to that.",
    "This is the subject of much debate.", "No such case is known: there is no recorded case.",
    "There's no public information about it.", "It is impossible to say.", "That is hard to predict.",
    "It can't be known.", "It cannot be determined from this", "It could be, but one cannot tell.",
    "We don't really know.", "Scientists do not yet know.", "I\u2019m not sure.", "I am not entirely certain.",
    "Nobody really knows.", "No one knows.", "Unknown", "Not known.", "There isn't enough information.",
    "There is not enough data to say.", "It has not been established.", "It is still not settled.",
    "There is no consensus on that.", "This is a matter of opinion.", "I have no idea.", "It is not possible to know.",
    "No one can say for sure.", "I don't know.",
)  # fmt: skip
ANSWERS = (
    "Bread", "Paris", "", "We know that it is Paris.", "I know: 12.", "The Unknown Soldier", "Unknown Pleasures",
    "He was known for his songs.", "It is clear that Ann won.", "The answer is 12.", "Nobody's Fool", "A debate team",
    "There is one answer: 12.", "It is certain that Ann won.", "not 12", "No", "The case was closed in 1990.",
    "He did know Ann.", "It was settled by the Dutch.",
)  # fmt: skip


@pytest.mark.parametrize("text", ABSTAINS)
def test_abstentions(text):
    assert unknown(text)


@pytest.mark.parametrize("text", ANSWERS)
def test_answers_are_no_abstentions(text):
    assert not unknown(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Paris", True), ("Paris.", True), ("The capital is Paris, which lies on the Seine.", True),
        ("Paris, France", True), ("Paris (since 987)", True), ("Paris. It has been so for long.", True),
        ("Paris in 1987", True), ("It was Paris, as far as I know.", True), ("Paris \u2013 the city of light", True),
        ("Paris since March 1990", True), ("It was written by Paris in 1999.", True),
        ("The answer is Paris, because it is the seat of government.", True),
        ("Paris, Lyon and Lille", False), ("It is not Paris but Lyon", False), ("Lyon, which is not Paris", False),
        ("Near Paris", False), ("Paris or Lyon", False), ("Lyon. Paris is larger.", False), ("", False),
    ],
)  # fmt: skip
def test_a_trailing_clause_changes_nothing(text, right):
    assert matches(text, ("Paris",)) == right
