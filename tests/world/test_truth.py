"""Logs and beliefs: the truth that a text states, computed a second time by another route."""

from __future__ import annotations

import math
from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.shared.world import FORMS, LANGUAGES, Belief, Event, Log, Person, Thing, Voice, habit, names, things
from probes.user_model.diary import BLOCK, diaries


def on_a_grid(k: int, n: int, points: int = 20001) -> float:
    """P(next is a) by summing over rates instead of conjugacy."""
    rate = (np.arange(points) + 0.5) / points
    weight = rate**k * (1 - rate) ** (n - k)
    return float((rate * weight).sum() / weight.sum())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_beliefs_follow_from_the_printed_text(language, form):
    """Lines counted in the text by label and name, and the posterior taken on a grid."""
    for diary in diaries(BLOCK, seed=3, language=language):
        voice = Voice(diary.voice.family, language, diary.voice.wording, form)
        shown = "\n".join(turn.text for turn in voice.tell(diary.log) if turn.role == "user")
        label = voice.tongue.label(diary.what, diary.values[0])
        for person in diary.people:
            lines = [line for line in shown.split("\n") if person.name in line]
            assert len(lines) == diary.days
            k = sum(label in line for line in lines)
            assert diary.belief(person.name).p(diary.values[0]) == pytest.approx(on_a_grid(k, len(lines)), abs=1e-6)


def test_the_two_people_of_a_diary_have_opposite_odds():
    for diary in diaries(BLOCK):
        first, second = (diary.belief(person.name).logit(diary.values[0]) for person in diary.people)
        assert first == pytest.approx(-second)
        assert abs(first) == pytest.approx(math.log(4)) or abs(first) == pytest.approx(math.log(7 / 3))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["Ada", "Ben"])), min_size=1, max_size=12))
def test_swapping_twice_is_the_identity_and_swapping_once_exchanges_beliefs(drawn):
    log = Log(tuple(Event(day, who, "x", value) for day, (value, who) in enumerate(drawn, 1)))
    assert log.swapped("Ada", "Ben").swapped("Ada", "Ben") == log
    assert log.swapped("a", "b").swapped("a", "b") == log
    values = ("a", "b")
    assert habit(log, "x", "Ada", values) == habit(log.swapped("Ada", "Ben"), "x", "Ben", values)
    assert habit(log, "x", "Ada", values).p("a") == habit(log.swapped("a", "b"), "x", "Ada", values).p("b")


def test_swapped_diaries_have_the_same_words():
    for diary in diaries(BLOCK):
        (ada, ben), (a, b) = (person.name for person in diary.people), diary.values
        once = diary.log.swapped(ada, ben).swapped(a, b)
        texts = [diary.voice.text(log) for log in (diary.log, once)]
        bags = [Counter(text.replace(".", "").lower().split()) for text in texts]
        assert sum(bags[0].values()) == sum(bags[1].values())
        for one in (ada, ben):
            assert bags[0][one.lower()] == bags[1][one.lower()]


def test_what_is_recalled_or_refused_changes_no_value():
    log = Log((Event(1, "Ada", "tea", "mint", "said"), Event(2, "Ada", "tea", "lemon", "recalled")))
    log += Log((Event(3, "Ben", "tea", "fennel", "told"), Event(4, "Ada", "tea", "ginger", "refused")))
    assert log.current("tea", "Ada") == "mint"
    assert log.current("tea", "Ben") == "fennel"
    with pytest.raises(ValueError, match="nothing of Ada's cake"):
        log.current("cake", "Ada")


def test_people_know_what_they_saw_or_did():
    secret = Event(1, "Ada", "x", "a", audience=frozenset({"Ben"}))
    public = Event(2, "Cleo", "x", "b")
    log = Log((secret, public))
    assert log.seen_by("Ada") == log.seen_by("Ben") == log
    assert log.seen_by("Cleo") == Log((public,))
    assert log.before(2) == Log((secret,))
    assert log.facts() == {"events": 2, "days": 2}


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sets(st.sampled_from(["Ben", "Cleo", "Dan"]))), min_size=1, max_size=8
    )
)
@settings(max_examples=50, deadline=None)
def test_beliefs_about_beliefs_agree_with_what_people_saw(drawn):
    """The ledger's belief against the last event of the log that the person, or both of them, saw."""
    first = Event(0, "Ada", "box", "a")
    later = [Event(time, "Ada", "box", value, audience=frozenset(seen)) for time, (value, seen) in enumerate(drawn, 1)]
    log = Log((first, Event(0, "Ben", "x", "y"), Event(0, "Cleo", "x", "y"), Event(0, "Dan", "x", "y"), *later))
    ledger = log.about("box")
    for name in ("Ben", "Cleo", "Dan"):
        assert ledger.belief(name) == log.seen_by(name).current("box", "Ada")
        both = log.seen_by(name).seen_by("Ben").current("box", "Ada")
        assert ledger.belief("Ben", name) == both
    with pytest.raises(ValueError, match="nothing of lid"):
        log.about("lid")


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 10), min_size=2))
def test_expected_gain_is_the_expected_fall_of_entropy(weights):
    """Gain by enumeration over the answers, against the entropy of the answer that `gain` computes."""
    belief = Belief(weights)
    question = lambda value: value in "ace"  # noqa: E731
    after = 0.0
    for answer in {question(value) for value in weights}:
        share = sum(p for value, p in belief.weights.items() if question(value) == answer)
        after += share * belief.given(answer, question).entropy
    assert belief.gain(question) == pytest.approx(belief.entropy - after, abs=1e-9)


def test_the_best_act_moves_with_the_stakes():
    """Silent below q/b, act above 1 - q/c, ask between: here b = 1, q = .25."""
    grid = [(p, c) for p in (0.1, 0.2, 0.3, 0.7, 0.8, 0.9) for c in (1 / 3, 1, 3)]
    for p, c in grid:
        utilities = {"silent": {"yes": 0, "no": 0}, "act": {"yes": 1, "no": -c}, "ask": {"yes": 0.75, "no": -0.25}}
        best = Belief({"yes": p, "no": 1 - p}).best(utilities)
        if c < 1 / 2:
            assert best == ("act" if p > c / (1 + c) else "silent")
        else:
            assert best == ("silent" if p < 0.25 else "act" if p > 1 - 0.25 / c else "ask")


def test_beliefs_without_weight_are_refused():
    for weights in ({"a": 0.0, "b": 0.0}, {"a": 1.0, "b": -0.1}):
        with pytest.raises(ValueError, match="a belief needs weights"):
            Belief(weights)


def test_names_are_different_and_the_pool_is_not_overdrawn():
    rng = np.random.default_rng(0)
    assert len(set(names(24, rng))) == 24
    with pytest.raises(ValueError, match="25 different names"):
        names(25, rng)


def test_people_show_their_habits():
    events = Person("Ada", {"x": ("a", "b")}).events("x")
    assert [(event.time, event.value) for event in events] == [(1, "a"), (2, "b")]


def test_skewed_things_are_all_different_and_have_their_shares():
    shares = {"red": 0.5, "round": 0.5, "big": 0.5, "old": 0.25, "loud": 0.125, "hot": 0.125}
    for seed in range(20):
        made = things([f"thing {n}" for n in range(8)], shares, np.random.default_rng(seed))
        patterns = {tuple(thing.holds(name) for name in shares) for thing in made}
        assert len(patterns) == 8
        assert all(sum(thing.holds(name) for thing in made) == 8 * share for name, share in shares.items())
    with pytest.raises(ValueError, match="no whole number"):
        things(["a", "b", "c"], {"red": 0.5}, np.random.default_rng(0))
    with pytest.raises(ValueError, match="cannot tell 8 things apart"):
        things(list("abcdefgh"), {"red": 0.5}, np.random.default_rng(0))
    with pytest.raises(KeyError, match="no attribute 'blue'"):
        Thing("a", {"red": True}).holds("blue")


def test_questions_about_skewed_things_differ_in_what_they_tell():
    shares = {"red": 0.5, "hot": 0.125}
    made = things(list("abcdefgh"), shares | {"big": 0.5, "old": 0.5}, np.random.default_rng(1))
    belief, held = Belief(dict.fromkeys("abcdefgh", 1.0)), {thing.name: thing for thing in made}
    gains = {name: belief.gain(lambda value, name=name: held[value].holds(name)) for name in shares}
    assert gains["red"] == pytest.approx(math.log(2))
    assert gains["hot"] == pytest.approx(-(7 / 8) * math.log(7 / 8) - math.log(1 / 8) / 8)


def test_blocks_are_balanced():
    for seed, days in product(range(3), (6, 8, 12)):
        made = list(diaries(BLOCK, days, seed))
        a_first = [d.people[0].habits[d.what][0] == d.values[0] for d in made]
        counts = Counter(d.people[0].habits[d.what].count(d.values[0]) for d in made)
        assert counts == dict.fromkeys((1, 2, days - 2, days - 1), 4)
        assert sum(a_first) == BLOCK / 2
        for diary, person in product(made, (0, 1)):
            habits = diary.people[person].habits[diary.what]
            assert habits[0] != habits[-1]
    with pytest.raises(ValueError, match="blocks of 16"):
        list(diaries(10))
    with pytest.raises(ValueError, match="at least 6 days"):
        list(diaries(16, 4))
