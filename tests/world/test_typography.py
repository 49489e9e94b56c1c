"""French sets a space before : ; ! ? and Spanish opens what it closes, in all that a probe shows or scores."""

from __future__ import annotations

import re

import numpy as np
import pytest

import probes
from probes.core.questions import Continue, Score
from probes.shared.world import NAMES

ROOMS = ("user_model", "characters", "instructions", "persuasion")
SPOKEN = [name for name in probes.suite if probes.suite[name].__module__.split(".")[1] in ROOMS
          and "fr" in dict(probes.suite[name].allowed).get("language", ())]  # fmt: skip
TIGHT = re.compile(r"[^\s\d!?:.«(\[{}/;-][:;!?](?=\s|$)")
"""A mark right after a word. Digits may stand before a colon (3:1), and a smiley is one sign."""


def shown(name, language):
    """Every text that the first questions of the trials show or score."""
    probe = probes.suite[name](**{**probes.suite[name].example, "language": language})
    for trial in probe.trials():
        asked = next(probe.play(trial, np.random.default_rng(0)))
        for question in asked if isinstance(asked, list) else [asked]:
            yield from (turn.text for turn in question.transcript.turns)
            if isinstance(question, Score):
                yield question.text
            elif not isinstance(question, Continue):
                yield from question.options


def test_the_probes_that_speak_these_languages_are_found():
    assert {"user_log", "elicit", "in_character", "rule_scope", "principals", "opinion", "steering_credit"} <= set(
        SPOKEN
    )


@pytest.mark.parametrize("name", SPOKEN)
def test_french_marks_stand_apart(name):
    for text in shown(name, "fr"):
        assert not TIGHT.search(text), text


@pytest.mark.parametrize("name", SPOKEN)
def test_spanish_opens_questions_and_exclamations(name):
    for text in shown(name, "es"):
        assert text.count("!") <= text.count("¡"), text
        assert text.count("?") <= text.count("¿"), text


def test_no_name_is_a_word():
    """Pronouns, articles and prepositions of the four languages; "Ella" is *she* in Spanish."""
    words = "ella el la los él yo tú le les il elle un une der die das er sie es a an the he she her him i we"
    assert not {name.lower() for name in NAMES} & set(words.split())
