"""Published characters: a group is a square whose lines can be told by the biography that is shown, or cannot."""

from __future__ import annotations

import json

import pytest

import probes
from analysis.characters import tables
from probes import ScriptedModel
from probes.characters import prodigy
from probes.characters.suite.in_character import InCharacter


def entry(at, film=None, **other):
    sentences = [f"I keep {thing} number {at}." for thing in ("bees", "clocks", "maps")]
    paraphrases = [text.replace("I keep", "There are") for text in sentences]
    texts = {"biography": sentences, "paraphrasis_1": paraphrases, "paraphrasis_2": paraphrases}
    return {"character_name": f"NAME{at}", "movie_name": film or f"film {at}", **texts, **other}


def written(tmp_path, content):
    file = tmp_path / "characters.json"
    file.write_text(json.dumps(content))
    return file


def reader(question):
    """Two nats for a line of which the words after the verb stand in the profile."""
    rows = [question.transcript, *question.contexts]
    return [2.0 * (question.text.removeprefix("There are ") in row.turns[0].text) for row in rows]


def test_a_reader_of_words_pairs_what_is_shown_and_nothing_else(tmp_path):
    path = str(written(tmp_path, {f"u{at}": entry(at) for at in range(20)}))
    table = probes.run(InCharacter(scenes=2, path=path), ScriptedModel(reader, "reader of words"))
    assert (table["status"] == "ok").all()
    assert tables.pairing(table, "biography", "literal").value == pytest.approx(2.0)
    assert tables.pairing(table, "biography", "entailed").value == pytest.approx(0.0)
    assert tables.pairing(table, "biography", "entailed", "hit").value == pytest.approx(0.1)


def test_nobody_stands_in_two_groups_and_films_differ_within_one(tmp_path):
    path = written(tmp_path, {f"u{at}": entry(at, f"film {at // 2}") for at in range(20)})
    groups = list(prodigy.casts(path, 2))
    assert len({person.key for group in groups for person in group.people}) == 20
    assert all(len({person.film for person in group.people}) == 10 for group in groups)
    with pytest.raises(ValueError, match="are left for 2 scenes, not 3"):
        list(prodigy.casts(path, 3))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "expected a JSON dict"),
        ({"u0": 3}, "'u0': expected an object, found int"),
        ({"u0": entry(0, character_name="")}, "'u0': field 'character_name' must be a text"),
        ({"u0": entry(0, biography=["one", 2])}, "'u0': field 'biography' must be a list of texts"),
        ({"u0": entry(0, biography=["one"])}, "'u0': .* as many sentences each"),
    ],
)
def test_broken_files_are_named(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        prodigy.load(written(tmp_path, content))


def test_other_languages_are_refused_by_name(tmp_path):
    with pytest.raises(ValueError, match="in English only, not in 'de'"):
        list(InCharacter(path=str(written(tmp_path, {})), language="de").trials())
