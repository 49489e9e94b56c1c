"""Grounding: known likelihoods, what speaks for and against a context, and which words link."""

from __future__ import annotations

import numpy as np
import pytest

from probes.core.questions import Score, Scored
from probes.core.transcript import Transcript
from probes.shared.turns.text import in_content
from probes.user_turn import grounding
from probes.user_turn.grounding import Grounding, link


def test_grounding_of_known_likelihoods() -> None:
    """Four tokens of -1 in place and -4 elsewhere and after nothing: 3 nats gained each, 16 nats to explain."""
    found = Grounding(np.full(4, -1.0), np.full(4, -4.0), np.full((2, 4), -4.0))
    assert found.naive == pytest.approx(3.0)
    assert found.information == pytest.approx(3.0)
    assert found.by_token == pytest.approx([3.0] * 4)
    assert found.grounding == pytest.approx(12.0 - 1.8)  # 0.45 of the root of 16 nats


def test_grounding_rises_with_the_link_and_falls_with_every_lost_nat() -> None:
    """The same turn: as likely everywhere, with all its words in this context alone, and a nat a token less likely."""
    cost, others = np.full(4, -4.0), np.full((4, 4), -4.0)
    plain, linked = Grounding(cost, cost, others), Grounding(cost, cost, others, link=1.0)
    assert plain.grounding == pytest.approx(-1.8)  # 16 nats to explain, and nothing that explains them
    assert linked.grounding - plain.grounding == pytest.approx(8.8)
    assert Grounding(cost - 1, cost, others).grounding - plain.grounding == pytest.approx(-3.6)  # 4 nats at 0.9


def test_a_nat_lost_on_a_function_word_counts_less_and_a_gained_one_does_not() -> None:
    cost, others = np.full(2, -4.0), np.full((3, 2), -4.0)
    at = {
        (step, where): Grounding(cost + np.array(step), cost, others, content=where).grounding
        for step in ((0.0, 0.0), (1.0, 0.0), (-1.0, 0.0))
        for where in ((True, True), (False, True))
    }
    content, function = (True, True), (False, True)
    assert at[(-1.0, 0.0), content] < at[(-1.0, 0.0), function] < at[(0.0, 0.0), function]
    assert at[(1.0, 0.0), content] == at[(1.0, 0.0), function]


def test_a_turn_that_any_context_explains_as_well_gets_the_less_the_dearer_it_is() -> None:
    cheap, dear = (Grounding(row, row, np.tile(row, (3, 1))).grounding for row in (np.full(2, -1.0), np.full(20, -4.0)))
    assert 0 > cheap > dear


def test_link_has_the_sign_of_the_context_whose_words_the_turn_takes_up() -> None:
    here, there = Transcript().user("copper kettle"), Transcript().user("garden fence")
    assert link(here, "Which kettle?", [there]) == pytest.approx(0.5)  # weight 4 of 4 + 4
    assert link(here, "Which fence?", [there]) == pytest.approx(-3 / 7)
    assert link(here, "kettle", [here]) == 0.0
    assert link(here, "And so?", [there]) == 0.0


def test_long_words_link_more_than_short_ones_and_letters_not_at_all() -> None:
    here, there = Transcript().user("solve x for an elephant and an ox"), Transcript().user("garden fence")
    elephant, ox, x = (link(here, word, [there]) for word in ("elephant", "ox", "x"))
    assert elephant > ox > x == 0.0


def test_tokens_of_content_words_are_found_across_their_pieces() -> None:
    assert in_content(["What", " about", " the", " k", "ett", "le", "?"]) == [False] * 3 + [True] * 3 + [False]
    assert in_content(["İ", "s", " it", "’s"]) == [True, True, False, False]
    assert in_content([]) == []


def test_reading_a_reply_takes_nothing_first_and_the_words_from_its_tokens() -> None:
    here, there = Transcript().user("copper kettle"), Transcript().user("garden fence")
    asked = grounding.question(here, "Which kettle?", [there])
    assert isinstance(asked, Score)
    assert asked.contexts == (Transcript(), there)
    reply = Scored([1, 2], [-1.0, -2.0], asked.text, ["Which", " kettle?"], [[-3.0, -3.0], [-5.0, -5.0]])
    found = grounding.read(asked, reply)
    assert found.nothing.tolist() == [-3.0, -3.0]
    assert found.others.tolist() == [[-5.0, -5.0]]
    assert list(found.content) == [False, True]
    assert found.link == pytest.approx(0.5)
    with pytest.raises(ValueError, match="at least one mismatched context"):
        grounding.question(here, "Which kettle?", [])


def test_read_elsewhere_a_turn_changes_places_with_its_own_context() -> None:
    here, there, third = (Transcript().user(text) for text in ("copper kettle", "garden fence", "blue door"))
    turn, own, others = "Which kettle?", [-1.0, -2.0], [[-5.0, -5.0], [-7.0, -7.0]]
    at_home = grounding.question(here, turn, [there, third])
    abroad = grounding.question(there, turn, [here, third])
    said = Scored([1, 2], own, turn, ["Which", " kettle?"], [[-3.0, -3.0], *others])
    moved = Scored([1, 2], others[0], turn, ["Which", " kettle?"], [[-3.0, -3.0], own, others[1]])
    found, expected = grounding.read(at_home, said, place=1), grounding.read(abroad, moved)
    assert found.values() == expected.values()
    assert found.grounding < 0 < grounding.read(at_home, said).grounding
