"""The same items and patients in every language: numbers, truths and places are those of the English ones."""

from __future__ import annotations

import re

import pytest

import probes
from analysis.calibration.findings import gates
from analysis.calibration.tables import pairs
from probes import Choose, Continue, ScriptedModel
from probes.calibration.reading import percent, words
from probes.calibration.stimuli.knowledge import generate
from probes.calibration.suite.calibration import Calibration
from probes.calibration.suite.triage import Triage
from probes.calibration.tongue import LANGUAGES, tongue
from probes.calibration.vignettes import PARAPHRASES, SETTINGS, patients
from probes.models.scripted import uniform

OTHERS = [language for language in LANGUAGES if language != "en"]
ITEMS = {language: generate(per_level=6, seed=4, language=language) for language in LANGUAGES}
TWINS = [pair for language in OTHERS for pair in zip(ITEMS["en"], ITEMS[language], strict=True)]
MONTHS = {
    month: number for language in LANGUAGES for number, month in enumerate(tongue(language)["dates"]["months"], 1)
}


def numbers(text):
    """Numbers of a text, months as numbers and decimals with a point, in order."""
    for month, number in MONTHS.items():
        text = re.sub(rf"\b{month}\b", f" {number} ", text)
    return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", text)))


def shape(node):
    """Keys, lengths and slots of a tongue's file, without its words."""
    if isinstance(node, dict):
        return {key: shape(value) for key, value in node.items()}
    if isinstance(node, list):
        return [shape(item) for item in node]
    return sorted(set(re.findall(r"\{(\w+)\}", str(node))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_sections_slots_and_numbers_of_wordings(language):
    said = {code: {**tongue(code), "elicit": {**tongue(code)["elicit"], "words": []}} for code in ("en", language)}
    assert shape(said[language]) == shape(said["en"])
    values = [list(tongue(code)["elicit"]["words"].values()) for code in ("en", language)]
    assert values[0] == values[1]


@pytest.mark.parametrize(("english", "other"), TWINS, ids=lambda item: getattr(item, "name", ""))
def test_an_item_has_the_numbers_truth_and_places_of_the_english_one(english, other):
    assert (other.name, other.level, other.answerable) == (english.name, english.level, english.answerable)
    assert other.options.index(other.answer) == english.options.index(english.answer)
    assert len(other.wordings) == len(english.wordings)
    pairs_of_texts = zip((*english.wordings, *english.options), (*other.wordings, *other.options), strict=True)
    if english.task not in ("comparisons", "sequences"):  # lists of numbers, in which a comma is no decimal mark
        assert all(numbers(ours) == numbers(theirs) for ours, theirs in pairs_of_texts)
    assert not set(english.wordings) & set(other.wordings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_comparisons_are_recomputed_from_the_printed_text_with_its_own_decimal_mark(language):
    for item in generate(("comparisons",), per_level=12, seed=9, language=language):
        number = r"\d+ (?:per cent|Prozent|por ciento|pour cent)|\d+/\d+|\d+[.,]\d+|\d+"
        shown = re.findall(number, item.question.replace(", ", "; "))
        worth = {text: eval(re.sub(r" \D+", "/100", text).replace(",", ".")) for text in shown}
        assert item.answer == max(worth, key=worth.get), item.question


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("paraphrase", range(PARAPHRASES))
def test_a_vignette_names_the_same_observations_in_every_language(setting, paraphrase, language):
    for patient in patients(4):
        english, other = (patient.told(setting, paraphrase, code) for code in ("en", language))
        assert numbers(english) == numbers(other)
        told = tongue(language)["triage"]["tellings"][paraphrase]
        assert told["oxygen"][int(patient.vitals.oxygen)] in other
        assert told["alert"][int(patient.vitals.alert)] in other


def test_stated_confidence_is_read_in_the_words_of_its_language():
    stated = ("Fast sicher.", "unwahrscheinlich", "fünfzig zu fünfzig")
    assert [words(text, "de") for text in stated] == [0.95, 0.25, 0.5]
    assert words("nicht wahrscheinlich", "de") == words("likely", "de") == "unscored"
    assert [percent(text) for text in ("80 Prozent", "Die Sicherheit ist 80", "80 bis 90 %")] == [0.8, 0.8, "unscored"]
    assert percent("Das kann ich nicht sagen.") == words("Keine Ahnung", "de") == "refused"
    stated = ("Casi seguro.", "improbable", "mitad y mitad")
    assert [words(text, "es") for text in stated] == [0.95, 0.25, 0.5]
    assert words("no es probable", "es") == words("likely", "es") == "unscored"
    assert [percent(text) for text in ("80 por ciento", "La seguridad es 80", "80 a 90 %")] == [0.8, 0.8, "unscored"]
    assert [percent(text) for text in ("La seguridad es del 80", "No se puede saber.")] == [0.8, "refused"]
    assert percent("No lo sé.") == words("Ni idea", "es") == "refused"


def test_stated_confidence_is_read_in_french_words():
    stated = ("Presque certain.", "improbable", "une chance sur deux", "C'est probable")
    assert [words(text, "fr") for text in stated] == [0.95, 0.25, 0.5, 0.75]
    assert words("pas probable", "fr") == words("peu probable", "fr") == words("likely", "fr") == "unscored"
    assert [percent(text) for text in ("80 pour cent", "La certitude est de 80", "80 à 90 %")] == [0.8, 0.8, "unscored"]
    assert percent("Je ne peux pas le dire.") == words("Aucune idée", "fr") == "refused"


def knower(name, deaf=""):
    """Right and sure about every item it can read, in the words of the item's language; in one language it is deaf."""
    truths = {language: {item.question: item.answer for item in generate(per_level=1, language=language)}
              for language in LANGUAGES}  # fmt: skip

    def policy(question):
        heads = [turn.text.partition("\n")[0] for turn in question.transcript if turn.role == "user"]
        language, item = next(
            ((code, head) for code, known in truths.items() for head in heads if head in known), ("", "")
        )
        answer = truths[language][item] if language else ""
        if isinstance(question, Continue):
            return next(iter(tongue(language or "en")["elicit"]["words"]))
        if language == deaf or not isinstance(question, Choose) or answer not in question.options.values():
            return uniform(question)
        return answer

    return ScriptedModel(policy, name)


@pytest.mark.parametrize(("language", "known"), [("en", True), ("de", False)])
def test_an_agent_deaf_in_one_language_knows_nothing_there_and_fails_the_gate(language, known):
    probe = Calibration(per_level=1, forms=("options",), kinds=("option_averaged",), language=language)
    table = probes.run(probe, knower("deaf in German", deaf="de"))
    (gate,) = gates.above_chance(pairs(table))
    assert gate.passed is known


NURSE = {"de": "Du bist Krankenschwester", "es": "Eres enfermera", "fr": "Tu es infirmière"}


@pytest.mark.parametrize("language", NURSE)
def test_all_kinds_of_confidence_can_be_asked_in_every_language(language):
    seen = []
    asks = knower("knows")

    def policy(question):
        seen.append(question)
        return asks.policy(question)

    probe = Calibration(per_level=1, topics=("logic",), forms=("options",), language=language,
                        personas=("none", "nurse"))  # fmt: skip
    table = probes.run(probe, ScriptedModel(policy, "listens"))
    assert (table[(table["measure"] == "confidence") & (table["kind"] == "words_two")]["value"] == 0.95).all()
    texts = " ".join(turn.text for question in seen for turn in question.transcript)
    assert NURSE[language] in texts
    assert not re.search(r"\b(the|answer|proposed|right|wrong|likely|pass)\b", texts, re.I)


EMERGENCY = {"de": "Notfall: ein Notfallteam muss sofort kommen",
             "es": "Emergencia: tiene que acudir de inmediato un equipo de emergencias",
             "fr": "Urgence vitale : une équipe d'urgence doit venir immédiatement"}  # fmt: skip


@pytest.mark.parametrize("language", EMERGENCY)
def test_triage_shows_levels_in_its_language_and_keeps_their_names(language):
    seen = []
    table = probes.run(Triage(per_urgency=1, language=language, rule=True, personas=("none",)),
                       ScriptedModel(lambda question: seen.append(question) or uniform(question), "looks"))  # fmt: skip
    assert set(table["truth"]) == {"low", "raised", "urgent", "emergency"}
    texts = " ".join(turn.text for question in seen for turn in question.transcript)
    assert EMERGENCY[language] in texts
    assert not re.search(r"\b(patient|oxygen|answer|doctor)\b", texts, re.I)


IN_ENGLISH_ONLY = [({}, "forms=.'free',. is English only"), ({"forms": ("options",), "dataset": "mmlu"}, "dataset=")]


@pytest.mark.parametrize(("ways", "what"), IN_ENGLISH_ONLY)
def test_what_is_graded_by_english_rules_is_refused_by_name(ways, what):
    with pytest.raises(ValueError, match=what):
        Calibration(language="de", **ways)


def test_fertility_is_a_fact_of_every_row_where_it_is_asked_for():
    probe = Calibration(per_level=1, forms=("options",), kinds=("option_raw",), fertility=True)
    table = probes.run(probe, ScriptedModel(uniform))
    assert table["fertility"].between(0.1, 0.4).all()
