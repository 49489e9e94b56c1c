"""Every effect can be brought about, taken away and checked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.shared.effects import EFFECTS as effects
from probes.shared.world import LANGUAGES

NAMES = list(effects)
WORDS = st.sampled_from(["the", "train", "is", "late", "come", "home", "we", "wait", "bring", "bread", "rain", "now"])
SENTENCES = st.lists(WORDS, min_size=2, max_size=6).map(lambda words: " ".join(words).capitalize() + ".")
TEXTS = st.lists(SENTENCES, min_size=2, max_size=4).map(" ".join)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(text=TEXTS)
def test_made_undone_and_left_alone(name, text):
    effect = effects[name]
    assert effect.domain(text)
    made, undone = effect.make(text), effect.undo(text)
    assert effect.holds(made)
    assert not effect.holds(undone)
    assert effect.make(made) == made
    assert effect.undo(undone) == undone
    assert effect.undo(made) == undone
    assert effect.make(undone) == made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_made_as_a_language_writes_it_it_holds_and_can_be_undone(name, language):
    effect, text = effects[name], "The train is late. We wait at home."
    made = effect.made(text, language)
    assert effect.holds(made)
    assert effect.undo(made) == effect.undo(text) == text
    assert effect.made(made, language) == made


def test_exclamations_open_in_spanish_and_stand_apart_in_french():
    made = {language: effects["exclaimed"].made("No hay. Venid a casa.", language) for language in LANGUAGES}
    assert made == {"en": "No hay. Venid a casa!", "de": "No hay. Venid a casa!", "es": "No hay. ¡Venid a casa!",
                    "fr": "No hay. Venid a casa !"}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_can_be_checked(name, text):
    assert isinstance(effects[name].holds(text), bool)


@pytest.mark.parametrize("name", NAMES)
def test_every_effect_is_worded_in_every_language(name):
    effect = effects[name]
    assert set(effect.says) == set(LANGUAGES)
    for wordings in effect.says.values():
        assert len(wordings) == len(set(wordings)) == 2
        assert all(not wording.endswith(".") and wording == wording.strip() for wording in wordings)
    with pytest.raises(ValueError, match="not worded in 'xx'"):
        effect.instruction("xx")


def test_plain_texts_have_no_effect_yet():
    """Base rate 0: what a checker finds in a text nobody asked anything of."""
    text = "The train is late. I will be home at eight."
    assert not [name for name in NAMES if effects[name].holds(text)]


def test_effects_can_be_told_apart():
    """No effect brings about another, or a rule obeyed could pass for a different one."""
    text = "The train is late. We will wait for you."
    both = {(one, two) for one in NAMES for two in NAMES if one != two and effects[two].holds(effects[one].make(text))}
    assert not both


def test_a_misspelt_effect_is_an_error_with_a_hint():
    with pytest.raises(KeyError, match="did you mean 'lowercase'"):
        effects["lowercase_"]
