from __future__ import annotations

import re
from pathlib import Path

import pytest

import probes
from probes.shared import personas
from probes.shared.personas import PLACEMENTS, SHELF, Opening, control, filler, read

NAMES = sorted(SHELF)
NEEDED = {"none", "assistant", "nurse", "emergency_physician", "cautious", "bold"}
AXES = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
DARK = ("machiavellianism", "narcissism", "psychopathy")
TRAITS = {f"{trait}_{end}" for trait in AXES + DARK for end in ("high", "low")}


def test_package_is_the_mapping():
    assert set(NAMES) >= NEEDED | TRAITS
    assert dict(probes.personas.items()).keys() == set(NAMES)
    assert probes.personas["nurse"] is SHELF["nurse"]
    with pytest.raises(KeyError, match=r"no persona 'nursse'.*did you mean 'nurse'"):
        probes.personas["nursse"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "none"])
def test_every_persona(name):
    persona = SHELF[name]
    assert len(set(persona.wordings)) == len(persona.wordings) >= 4
    assert persona.feedback
    assert persona.source
    assert persona.level in (-1, 1)
    other = SHELF[persona.reverse]
    assert other.level == -persona.level
    if persona.trait != "occupation":
        assert other.trait == persona.trait
        assert other.reverse == name
    lengths = [len(text.split()) for text in persona.wordings]
    assert max(lengths) <= 1.6 * min(lengths), "wordings of one persona differ in length"
    answers = re.compile(r"\b(yes|answer [A-E]\b|option)\b", re.I)
    assert not any(answers.search(text) for text in (*persona.wordings, persona.feedback))


YOU = {"de": r"\b(du|dein|dich|dir)\b", "es": r"\b(tú|tus?|te|ti|contigo|eres|tienes)\b",
       "fr": r"\b(tu|ton|ta|tes)\b"}  # fmt: skip
"""What a wording in the second person holds, in every other language."""
NOBODY = {
    "de": r"\b(du|dein\w*|ich|bin|bist|mensch|person)\b",
    "es": r"\b(tú|tus?|te|ti|eres|yo|soy|persona)\b",
    "fr": r"\b(tu|toi|te|t|ton|ta|tes|je|j|suis|es|personne)\b",
}
"""What a filler must not hold."""


def test_languages_of_personas_are_those_known_here():
    assert {path.parent.name for path in Path(personas.__file__).parent.glob("*/nurse.yaml")} == set(YOU)


@pytest.mark.parametrize("language", YOU)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "none"])
def test_every_persona_has_words_of_its_own_in_every_language(name, language):
    """The character stays, only words differ. Written by one author each."""
    persona, told = SHELF[name], SHELF[name].told(language)
    assert told.facts() == persona.facts()
    assert len(told.wordings) == len(persona.wordings)
    assert len({*told.wordings, *persona.wordings}) == 2 * len(persona.wordings)
    assert told.feedback
    lengths = [len(text.split()) for text in told.wordings]
    assert max(lengths) <= 1.6 * min(lengths)
    assert all(re.search(YOU[language], text, re.I) for text in told.wordings)


def test_a_persona_without_words_in_a_language_is_refused_by_name():
    assert SHELF["none"].told("de").wordings == ("",)
    with pytest.raises(ValueError, match=f"persona nurse has no words in 'xx'; it has: en, {', '.join(YOU)}"):
        SHELF["nurse"].told("xx")


@pytest.mark.parametrize("language", NOBODY)
@pytest.mark.parametrize("name", NAMES)
def test_control_of_words_in_every_language_is_as_long_and_says_nothing(name, language):
    persona, twin = SHELF[name].told(language), control(SHELF[name].told(language))
    for text, empty in zip((*persona.wordings, persona.feedback), (*twin.wordings, twin.feedback), strict=True):
        assert len(text.split()) == len(empty.split())
        assert abs(len(text) - len(empty)) <= 0.15 * len(text) + 2
        assert not re.search(NOBODY[language], empty, re.I)


@pytest.mark.parametrize("name", NAMES)
def test_control_is_as_long_and_says_nothing(name):
    persona, twin = SHELF[name], control(SHELF[name])
    for text, empty in zip((*persona.wordings, persona.feedback), (*twin.wordings, twin.feedback), strict=True):
        assert len(text.split()) == len(empty.split())
        assert abs(len(text) - len(empty)) <= 0.15 * len(text) + 2
        assert not re.search(r"\b(you|your|I|am|are a|person)\b", empty)
    assert twin.trait == "none"
    assert twin.level == 0


def test_control_of_long_and_tiny_texts():
    for language in ("en", *YOU):
        sizes = [len(filler("word " * n, language=language).split()) for n in range(0, 200, 7)]
        assert sizes == list(range(0, 200, 7))


def test_placements():
    nurse = SHELF["nurse"]
    asked = {placement: nurse.opening(placement, 1).user("Why?") for placement in PLACEMENTS}
    assert [turn.role for turn in asked["system"]] == ["system", "user"]
    assert asked["user"].turns[0].text == f"{nurse.paraphrases[0]}\n\nWhy?"
    assert [turn.text for turn in asked["dialogue"]] == [nurse.paraphrases[0], nurse.feedback, "Why?"]
    assert {SHELF["none"].opening(placement).user("Why?") for placement in PLACEMENTS} == {
        Opening(asked["system"].__class__()).user("Why?")
    }
    with pytest.raises(ValueError, match="placement 'prompt'"):
        nurse.opening("prompt")


def test_a_file_is_told_all_that_it_lacks_at_once(tmp_path):
    (tmp_path / "short.yaml").write_text("text: You are short.\nlevel: 1\n")
    with pytest.raises(
        ValueError, match=r"short.yaml: paraphrases, trait, reverse, source, feedback missing; .*reverse: none"
    ):
        read(tmp_path / "short.yaml")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("level: high", "level"),
        ("text: [3]", "text"),
        ("mood: dark", "unknown field 'mood'"),
        ("level: 2", "level is 2"),
    ],
)
def test_a_bad_file_is_named(tmp_path, line, message):
    fields = dict(text="a", paraphrases="[b]", trait="t", level="1", reverse="r", source="s", feedback="f")
    key, value = line.split(": ")
    path = tmp_path / "odd.yaml"
    path.write_text("\n".join(f"{k}: {v}" for k, v in (fields | {key: value}).items()))
    with pytest.raises(ValueError, match=f"odd.*{message}"):
        read(path)
