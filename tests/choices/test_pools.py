"""Pools are balanced as printed, attributes are orthogonal, and no text can be read in two ways."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from choice_reader import Reader

from probes.choices.pools import EQUAL, LABELS, MERITS, POLES, pools
from probes.choices.suite.own_choices import TRACES
from probes.shared.world import LANGUAGES, tongue


def printed(pool, deal):
    """Signs [place, attribute] read off the list."""
    cards = Reader(pool.language).cards(pool.listed(deal))
    assert tuple(cards) == tuple(LABELS)
    assert [who for who, _ in cards.values()] == list(pool.who)
    return np.array([[signs[name] for name in pool.attributes] for _, signs in cards.values()])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_is_an_orthogonal_array_of_eight_different_applicants(language):
    for pool in pools(12, language=language):
        for deal in range(4):
            signs = printed(pool, deal)
            assert len({tuple(row) for row in signs}) == 8
            assert (signs.T @ signs == 8 * np.eye(5)).all()
            assert (signs.sum(0) == 0).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_every_place_every_value_stands_in_two_of_four_deals(language):
    for pool in pools(12, language=language):
        deals = np.array([printed(pool, deal) for deal in range(4)])
        assert (deals.sum(0) == 0).all()
        assert len({tuple(map(tuple, deal)) for deal in deals}) == 4


def test_ten_pools_have_every_merit_equally_often_and_each_both_equal_ones():
    made = list(pools(10))
    counts = Counter(name for pool in made for name in pool.attributes)
    assert {counts[name] for name in MERITS} == {3}
    assert {counts[name] for name in EQUAL} == {10}
    pairs = Counter(pair for pool in made for pair in combinations(sorted(set(pool.attributes) - set(EQUAL)), 2))
    assert max(pairs.values()) == 1


def test_scales_and_planted_values_are_balanced_over_twelve_pools():
    made = list(pools(12))
    assert set(Counter((pool.scale, pool.planted[1]) for pool in made).values()) == {3}
    assert all(pool.planted[0] in pool.attributes and pool.planted[0] in MERITS for pool in made)
    assert len({pool.planted[0] for pool in made}) > 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_and_clauses_of_all_values_differ(language):
    words = tongue("choices", language)
    assert set(words.variables) == {*MERITS, *EQUAL}
    values = [words.label(name, pole) for name in words.variables for pole in POLES]
    clauses = [words.phrase(pole, 0, name) for name in words.variables for pole in POLES]
    assert len(set(values)) == len(values)
    assert len(set(clauses)) == len(clauses)
    assert not any("," in value or ":" in value for value in values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_askings_of_one_trace_differ_in_the_clause_and_traces_in_the_record(language):
    pool = next(pools(1, language=language))
    picks = [3, 0, 6, 5]
    for trace in ("none", *TRACES, "planted"):
        texts = [pool.stated(trace, picks, name, pole).turns for name in pool.attributes for pole in POLES]
        assert len({turns[:-1] for turns in texts}) == 1
        assert len({"\n".join(turns[-1].text.splitlines()[:-1]) for turns in texts}) == 1
        assert len({turns[-1].text for turns in texts}) == 10
    own, other = (pool.stated(trace, picks, "party", "plus").turns[0].text.splitlines() for trace in ("own", "other"))
    assert [one == two for one, two in zip(own, other, strict=True)].count(True) >= 11
    assert len(own) == len(other) == 17


def test_the_conversation_names_its_own_picks():
    pool = next(pools(1))
    turns = pool.stated("live", [3, 0, 6, 5], "party", "plus").turns
    assert [turn.text[-1] for turn in turns if turn.role == "assistant"] == ["D", "A", "G", "F"]
    assert [pool.who[place] in turns[at].text for place, at in ((3, 2), (0, 4), (6, 6))] == [True] * 3


def test_what_the_other_took_leans_the_other_way():
    for pool in pools(6):
        picks = [1, 2, 4, 7]
        others = [place for place in range(8) if place not in picks]
        assert pool.lean(picks) == tuple(-value for value in pool.lean(others))
