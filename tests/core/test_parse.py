from __future__ import annotations

import pytest

from probes.core.extract import extract
from probes.core.parse import chosen, unread


# Expected values written down by hand.
@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        (" 1,234.50 dollars", "number", "1234.5"),
        (" $18.", "number", "18"),
        ("from 3 to 7", "number", "3"),
        ("3, 4, and 5", "number", "3"),
        ("minus -12", "number", "-12"),
        ("100", "number", "100"),
        ("no idea", "number", None),
        (" Yes, it does.", "yes_no", "yes"),
        ("Nobody knows; yesterday", "yes_no", None),
        (" 3/7/2001 at noon", "date", "03/07/2001"),
        ("13 of May", "date", None),
        ("It is 2020-03-07.", "date", "03/07/2020"),
        ("on March 14, 2039", "date", "03/14/2039"),
        ("Sep. 1st 2003, not 9/2/2003", "date", "09/01/2003"),
        ("Mayor 7, 2001", "date", None),
        ("version 1.2.2003", "date", None),
        (' "e, r, t, d"', "letters", "ertd"),
        (" E R T D.", "letters", "ertd"),
        (" ertd", "letters", "ertd"),
        ("B) the ball", "choice", "B"),
        ("It's the ball", "choice", None),
        ("A", "choice", "A"),
    ],
)
def test_extraction_by_hand(text, form, found):
    assert extract(text, form) == found


def test_the_last_number_of_a_solution_and_an_unknown_form():
    assert extract("4 times 5 is 20, minus 2 is 18.", "number", last=True) == "18"
    with pytest.raises(ValueError, match="form 'poem'"):
        extract("x", "poem")


def test_one_option_named():
    options = ("the box", "the bag")
    assert chosen("She will look in the Box.", options) == "the box"
    assert chosen("Not the box. So the answer is the bag.", options) == "the bag"
    assert chosen("the box or the bag", options) is None
    assert chosen("the boxcar", options) is None
    assert chosen("The key is nowhere to be found. The box is still closed.", options) is None
    assert chosen("It cannot be determined from the bag.", options) is None
    assert chosen("No, she does not know.", ("yes", "no")) == "no"


@pytest.mark.parametrize(
    ("text", "stop", "status"),
    [
        ("I'm sorry, but I cannot take that role.", "end_of_turn", "refused"),
        ("As an AI I have no view.", "length", "refused"),
        ("Lo siento, eso no te lo puedo decir.", "end_of_turn", "refused"),
        ("No te lo puedo decir.", "end_of_turn", "refused"),
        ("Todavía no lo ha visto.", "end_of_turn", "unscored"),
        ("Ada cannot know.", "end_of_turn", "unscored"),
        ("First we", "length", "truncated"),
    ],
)
def test_why_there_is_no_answer(text, stop, status):
    assert unread(text, stop) == status
