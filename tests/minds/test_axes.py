"""Language and turns of stories: agents deaf in one language, and readers who forget what is not in the last turn."""

from __future__ import annotations

import re
from itertools import product

import pytest

import probes
from analysis import minds
from analysis.minds.findings import turns
from analysis.minds.tables.verdicts import NO, YES
from analysis.report.verdicts import RULED_OUT
from probes import Choose, ScriptedModel
from probes.minds import KINDS, LANGUAGES, families, scenes, twin
from probes.minds.scene import family, prompts
from probes.minds.suite.persona_tom import PersonaTom
from probes.minds.suite.personality import SCALES, Personality
from probes.minds.suite.role_play_reasoning import RolePlayReasoning
from probes.models.scripted import uniform
from probes.shared.world import TURNS
from probes.shared.world.turns import chatter

SCENES = {language: [told for scene in scenes(32, language=language) for told in (scene, twin(scene))]
          for language in LANGUAGES}  # fmt: skip
ITEMS = {(scene.text, scene.item(kind).statement): (language, scene.item(kind))
         for language, told in SCENES.items() for scene, kind in product(told, KINDS)}  # fmt: skip
WHOLE = {text for text, _ in ITEMS}


def story(question, last=0):
    """The newest user turns in one, or the one of them that is a whole story."""
    turns_ = [turn.text for turn in question.transcript if turn.role == "user"][-last:]
    return next((text for text in turns_ if text in WHOLE), " ".join(turns_))


def reader(name, last=0, deaf=""):
    """Right about every story that it remembers, and knows nothing of others; in one language it is deaf."""

    def policy(question):
        known = ITEMS.get((story(question, last), question.prefill)) if isinstance(question, Choose) else None
        return uniform(question) if known is None or known[0] == deaf else known[1].right

    return ScriptedModel(policy, name)


def hits(table):
    return table[table["measure"] == "hit"].astype({"value": float})


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_reads_every_turn_is_right_however_a_story_is_told(language):
    probe = PersonaTom(personas=("none",), scenes=16, turns=TURNS, language=language)
    table = hits(probes.run(probe, reader(f"reads all in {language}")))
    assert (table["value"] == 1).all()
    assert table.groupby("turns").size().nunique() == 1


def test_who_forgets_all_but_the_last_turn_is_found_by_depth_and_by_distance():
    probe = PersonaTom(personas=("none",), scenes=32, turns=TURNS)
    table = probes.run(probe, reader("forgets", last=1))
    shares = hits(table).groupby("turns")["value"].mean()
    assert shares["one"] == shares["chatter_before"] == 1.0
    assert abs(shares["spread"] - 0.5) < 0.15
    assert abs(shares["chatter_after"] - 0.5) < 0.15
    lines = minds.turned(table).set_index(["contrast", "of"])
    for of in ("comprehension", "belief tasks"):
        assert lines.loc[("depth", of), "high"] < -0.25
        assert lines.loc[("distance", of), "high"] < -0.25
        assert lines.loc[("amount", of), "value"] == 0
    (claim,) = turns.claims(table, ())
    assert (claim.id, claim.verdict, claim.margin) == ("minds.turns", "below", 0.05)


def test_tellings_of_equal_accuracy_are_the_same_within_the_margin():
    probe = PersonaTom(personas=("none",), scenes=16, turns=("one", "spread"))
    (claim,) = turns.claims(probes.run(probe, reader("reads all")), ())
    assert claim.estimate.value == 0
    assert claim.verdict in (RULED_OUT, "inconclusive", "not testable")
    assert turns.claims(probes.run(PersonaTom(personas=("none",), scenes=8), reader("reads all")), ()) == []


def test_personas_are_compared_on_stories_told_in_one_turn():
    """Claims about personas are the same numbers with and without the axis; only the baseline is told in other ways."""
    ways = {"personas": ("none", "nurse"), "scenes": 16, "wordings": 1}
    model = reader("forgets", last=1)
    alone, told = (probes.run(PersonaTom(**ways, turns=turns), model) for turns in (("one",), ("one", "spread")))
    assert set(told[told["turns"] != "one"]["guise"]) == {"none"}
    ours, theirs = ({claim.id: claim for claim in minds.claims(table)} for table in (alone, told))
    assert theirs.keys() - ours.keys() == {"minds.turns"}
    for id, claim in ours.items():
        assert (claim.estimate.rows, claim.estimate.units) == (theirs[id].estimate.rows, theirs[id].estimate.units), id


@pytest.mark.parametrize("language", LANGUAGES)
def test_chatter_names_no_place_thing_or_room_of_any_story(language):
    said = set(re.findall(r"\w+", " ".join(chatter(12, language)).lower()))
    for name in families(language):
        told = family(name, language)
        words = {*told["things"], *told["rooms"], *(value for pair in told["pairs"] for value in pair)}
        assert not said & {word.lower() for word in words}, name


@pytest.mark.parametrize(("language", "understood"), [("en", True), ("de", False)])
def test_an_agent_deaf_in_one_language_fails_comprehension_there(language, understood):
    probe = PersonaTom(personas=("none", "nurse"), scenes=16, wordings=1, language=language)
    claims = {claim.id: claim for claim in minds.claims(probes.run(probe, reader("deaf in German", deaf="de")))}
    assert (claims["minds.comprehension"].verdict == "above") is understood
    gates = {gate.name: gate.passed for gate in claims["minds.shifts"].gates}
    assert gates["story comprehension"] is understood


NURSE = {"de": "Du bist Krankenschwester", "es": "Eres enfermera", "fr": "Tu es infirmière"}


@pytest.mark.parametrize("language", NURSE)
@pytest.mark.parametrize("answer", ["words", "letters"])
def test_a_language_is_that_language_throughout(answer, language):
    probe = PersonaTom(personas=("nurse",), scenes=8, language=language, answer=answer)
    seen = []
    probes.run(probe, ScriptedModel(lambda question: seen.append(question) or uniform(question), "looks"))
    texts = " ".join(turn.text for question in seen for turn in question.transcript) + seen[0].prefill
    assert NURSE[language] in texts
    assert not [word for word in ("Question: ", "Answer", "the ", "Possible ", "yes") if word in texts]


def test_yes_and_no_of_every_language_are_known_to_verdicts():
    for language in LANGUAGES:
        assert prompts(language)["yes"] in YES
        assert prompts(language)["no"] in NO


@pytest.mark.parametrize(
    ("ways", "what"),
    [({"answer": "text"}, "answer='text' is English only"), ({"data": "bigtom", "answer": "words"}, "data is English"),
     ({"role_file": "roles.jsonl"}, "role_file is English only")],
)  # fmt: skip
def test_what_there_is_in_english_only_is_refused_by_name(ways, what):
    with pytest.raises(ValueError, match=what):
        PersonaTom(language="de", **ways)


def test_other_instruments_refuse_by_name_as_well():
    with pytest.raises(ValueError, match="language='de' is not one of 'en'"):
        RolePlayReasoning(language="de")
    with pytest.raises(ValueError, match="data='mpi' is English"):
        Personality(data="mpi", path="x", language="de")
    with pytest.raises(ValueError, match="turns must begin with 'one'"):
        PersonaTom(turns=("spread",))
    with pytest.raises(ValueError, match="no sentences to spread"):
        PersonaTom(data="bigtom", answer="words", turns=TURNS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", SCALES)
def test_a_persona_that_agrees_is_found_in_every_language(language, scale):
    """Agrees with what is keyed forward and denies the rest: the trait is at its end, acquiescence in the middle."""
    probe = Personality(personas=("none",), axes=("openness",), scale=scale, language=language)
    forward = {trial.item.text for trial in probe.trials() if trial.item.key > 0}

    def policy(question):
        agrees = any(question.transcript.turns[-1].text.endswith(text) for text in forward)
        return SCALES[scale][-1 if agrees else 0]

    table = probes.run(probe, ScriptedModel(policy, "open"))
    means = table.groupby("measure")["value"].mean()
    assert means["keyed"] == pytest.approx(5)
    assert means["rating"] == pytest.approx(3)


def test_fertility_is_a_fact_of_what_is_asked_without_a_persona():
    table = probes.run(PersonaTom(personas=("none", "nurse"), scenes=8, wordings=1, fertility=True),
                       ScriptedModel(uniform))  # fmt: skip
    assert table[table["guise"] == "none"]["fertility"].between(0.1, 0.3).all()
    assert table[table["guise"] != "none"]["fertility"].isna().all()
