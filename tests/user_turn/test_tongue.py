"""User turns that the English rules cannot read are refused or unscored, never counted as unrelated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import probes
from probes import ScriptedModel
from probes.shared.turns.tongue import foreign
from probes.user_turn.contexts import own

TURNS = {
    "German": "Danke, das hilft mir sehr.",
    "French": "Merci, c'est très utile pour moi.",
    "Spanish": "Gracias, esto está muy claro.",
    "Italian": "Grazie, questo è molto utile per me.",
    "Dutch": "Dank je, dat is wel een goed idee, maar ik wil niet.",
    "Portuguese": "Obrigado, isso é muito útil para você.",
    "a script other than Latin": "谢谢，这对我很有帮助。",
}


@pytest.mark.parametrize(("language", "turn"), TURNS.items())
def test_a_language_is_named(language, turn):
    assert foreign(turn) == language


@pytest.mark.parametrize(
    "turn",
    [
        "Danke, das hilft mir", "Danke!", "Super, danke dir", "Kannst du das erklären?", "Warum ist es dann so?",
        "Vielen Dank!", "Was bedeutet das?", "Und im Winter?", "Wirklich?", "Genau, aber warum?",
        "Das stimmt leider so nicht.", "Welche Zutaten brauche ich?", "Thanks, was ist das?", "Schreibe ein Gedicht.",
    ],
)  # fmt: skip
def test_short_german_turns_are_german(turn):
    """What users say most, in the fewest words: none of it may be counted as unrelated."""
    assert foreign(turn) == "German"


@pytest.mark.parametrize(
    ("turn", "language"), [("¿Cuánto cuesta?", "Spanish"), ("¿Y en invierno?", "Spanish"), ("Pourquoi ?", "French")]
)
def test_short_turns_of_other_languages_have_theirs(turn, language):
    assert foreign(turn) == language


@pytest.mark.parametrize(
    "turn",
    ["Was it real?", "Comment?", "Toll roads?", "La La Land", "Los Angeles?", "So what?", "The prima donna", "42"],
)
def test_english_that_looks_foreign_is_english(turn):
    assert foreign(turn) == ""


def test_our_own_english_is_english():
    texts = [turn for context in own() for turn in context.turns]
    assert len(texts) > 100
    assert [text for text in texts if foreign(text)] == []


@pytest.mark.parametrize("file", ["labelled_turns", "generated_turns"])
def test_turns_that_people_labelled_and_models_wrote_are_english(file):
    lines = (Path(probes.__file__).parent / f"user_turn/stimuli/{file}.jsonl").read_text(encoding="utf-8").splitlines()
    turns = [json.loads(line)["turn"] for line in lines]
    assert len(turns) > 50
    assert [turn for turn in turns if foreign(turn)] == []


def test_a_turn_in_another_language_is_unscored_and_an_english_one_is_not():
    for turn, status in (("Danke, das hilft mir sehr.", "unscored"), ("Thanks, that helps me a lot.", "ok")):
        model = ScriptedModel(lambda question, turn=turn: turn, f"says {status}")
        table = probes.run(probes.suite.user_turn(per_domain=1, temperatures=(0.0,), perturbations=("none",)), model)
        assert set(table[table["measure"].isin(["follow_up", "follow_up_mismatched"])]["status"]) == {status}


def test_contexts_in_another_language_are_refused_by_name_before_the_model_is_asked(tmp_path):
    talk = [{"role": "user", "content": "Wie koche ich ein Ei, und wie lange?"},
            {"role": "assistant", "content": "Das Ei kocht acht Minuten."}]  # fmt: skip
    path = tmp_path / "talks.jsonl"
    path.write_text("\n".join(json.dumps({"messages": talk}) for _ in range(3)))
    asked = []
    model = ScriptedModel(lambda question: asked.append(question) or "", "counts")
    with pytest.raises(ValueError, match="3 of 3 contexts are in German"):
        probes.run(probes.suite.user_turn(dataset="messages_jsonl", path=str(path)), model)
    assert not asked
