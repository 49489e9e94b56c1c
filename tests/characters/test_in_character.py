"""Readers of known strength come back, and whoever ignores the profile is on its exact null."""

from __future__ import annotations

import numpy as np
import pytest

import probes
from analysis.characters import findings, tables
from analysis.characters.plots import pairing_by_part, square_heat
from analysis.stats.metrics.mrr import mrr
from analysis.stats.metrics.pairing import hit, pairing
from probes import ScriptedModel
from probes.characters.cast import PARTS, SIZE, casts
from probes.characters.suite.in_character import InCharacter
from probes.characters.suite.relation import Relation
from probes.characters.suite.simulated_user import SimulatedUser
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES, tongue

WORDS = {language: tongue("facts", language) for language in LANGUAGES}


def facts_told(text):
    """The facts of which a text holds a profile or a line, in any language."""
    told = set()
    for words in WORDS.values():
        for fact in words.variables:
            profiles = [words.phrase("profile", wording, fact, who="").strip(" .") for wording in (0, 1)]
            lines = [words.phrase(form, 0, fact).lower().rstrip(".!") for form in ("entailed", "literal")]
            told |= (
                {fact} if any(one in text for one in profiles) or any(one in text.lower() for one in lines) else set()
            )
    return told


def reader(strength, noise=0.0, seed=0):
    """Nats: a taste for the line, and `strength` where line and profile are about one fact, plus noise."""
    rng = np.random.default_rng(seed)

    def policy(question):
        told = facts_told(question.text)
        taste = 3.0 * (len(question.text) % 7)
        rows = [question.transcript, *question.contexts]
        return [taste + strength * bool(told & facts_told(row.turns[0].text)) + noise * rng.normal() for row in rows]

    return ScriptedModel(policy, f"reader {strength} {noise} {seed}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_planted_strength_comes_back_in_both_forms(language):
    table = probes.run(InCharacter(scenes=2, language=language), reader(2.0))
    assert (table["status"] == "ok").all()
    for form in ("entailed", "literal"):
        found = tables.pairing(table, "facts", form)
        assert found.value == pytest.approx(2.0)
        assert tables.pairing(table, "facts", form, "hit").value < 1
    assert tables.pairing(table, "style", "manner").value == pytest.approx(0.0)
    assert tables.repeated(table).value == pytest.approx(0.0)


@pytest.mark.parametrize(("strength", "expected"), [(1.0, 0.37), (2.0, 0.72), (3.0, 0.93)])
def test_strength_against_noise_gives_known_ranks(strength, expected):
    """Ten columns, noise of SD 1, column means taken out, as in the design; and by integration without that."""
    from scipy import integrate, stats

    def density(z):
        return stats.norm.pdf(z - strength) * stats.norm.cdf(z) ** (SIZE - 1)

    nats = strength * np.eye(SIZE) + np.random.default_rng(3).normal(size=(1000, SIZE, SIZE))
    assert hit(nats, centred=True) == pytest.approx(expected, abs=0.025)
    assert hit(nats) == pytest.approx(integrate.quad(density, -8, 12)[0], abs=0.015)
    assert pairing(nats) == pytest.approx(strength, abs=0.06)


def test_tastes_hide_ranks_but_not_pairing():
    """Why pairing is the headline: a taste for lines lowers hits to nothing where pairing stays what it is."""
    rng = np.random.default_rng(1)
    nats = 2 * np.eye(SIZE) + 20 * rng.normal(size=(50, 1, SIZE))
    assert pairing(nats) == pytest.approx(2.0)
    assert hit(nats) < 0.2
    assert hit(nats, centred=True) == 1


def test_whoever_ignores_the_profile_is_on_the_null_in_every_cell():
    table = probes.run(InCharacter(scenes=2, parts=PARTS), ScriptedModel(uniform))
    for (_, _), part in table[table["measure"] == "pairing"].groupby(["part", "line_form"]):
        assert part["value"].to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert table[table["measure"] == "hit"]["value"].to_numpy() == pytest.approx(0.1)
    tasteful = probes.run(InCharacter(scenes=2), reader(0.0))
    assert tables.pairing(tasteful, "facts", "entailed").value == pytest.approx(0.0, abs=1e-9)
    assert tables.pairing(tasteful, "facts", "entailed", "mrr").value == pytest.approx(0.2929, abs=0.01)


def test_no_profile_and_a_name_pair_nothing():
    table = probes.run(InCharacter(scenes=2, parts=("none", "name"), forms=("entailed",)), reader(2.0))
    for part in ("none", "name"):
        assert tables.pairing(table, part, "entailed").value == pytest.approx(0.0, abs=1e-9)


def test_gain_over_no_profile():
    table = probes.run(InCharacter(scenes=2, parts=("none", "facts"), forms=("entailed",)), reader(2.0))
    assert tables.gain(table, "facts", "entailed").value == pytest.approx(2.0)


def test_squares_come_back_from_the_records():
    table = probes.run(InCharacter(scenes=2, parts=("facts",)), reader(2.0, noise=0.5))
    nats, scenes = tables.squares(table[table["line_form"] == "entailed"])
    assert scenes == ["scene-0", "scene-1"]
    assert nats.shape == (2, SIZE, SIZE)
    assert pairing(nats) == pytest.approx(tables.pairing(table, "facts", "entailed").value, abs=1e-4)
    ranked = mrr(nats.reshape(-1, SIZE), np.tile(np.arange(SIZE), 2))
    assert ranked == pytest.approx(tables.pairing(table, "facts", "entailed", "mrr").value)
    assert tables.permuted(table, "facts", "entailed", np.random.default_rng(0)).p < 0.01


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_belongs_to_one_profile(language):
    for cast in casts(4, language=language):
        assert len({person.facts for person in cast.people}) == len({person.style for person in cast.people}) == SIZE
        for part in ("facts", "style", "all"):
            for form in ("entailed", "literal"):
                square = cast.square(part, form)
                assert len({row.digest() for row in square.rows}) == SIZE
                assert len(set(square.columns)) == SIZE


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_of_a_relation_is_recovered(language):
    words = tongue("relations", language)
    warm = {words.phrase("warm", 0, event) for event in words.variables}
    signs = {
        sign: words.phrase(sign, wording, who="X", other="Y") for sign in ("likes", "dislikes") for wording in (0, 1)
    }

    def policy(question):
        kind = "likes" if question.text in warm else "dislikes"
        rows = [question.transcript, *question.contexts]
        likes = [words.phrase("likes", k, who="", other="").split()[0] for k in (0, 1)]
        liked = [any(word in row.turns[0].text.split("\n")[0] for word in likes) for row in rows]
        return [1.5 * (one == (kind == "likes")) for one in liked]

    assert signs
    table = probes.run(Relation(pairs=2, language=language), ScriptedModel(policy, f"friend {language}"))
    if language == "en":
        assert tables.relation(table).value == pytest.approx(1.5)
    assert probes.run(Relation(pairs=1), ScriptedModel(uniform))["value"].isin([0.0, 0.5, 0.75]).all()


def test_claims_and_figures_come_from_these_tables():
    lines = probes.run(InCharacter(scenes=3), reader(2.0, noise=0.3))
    relations = probes.run(Relation(pairs=1), ScriptedModel(uniform))
    talks = probes.run(SimulatedUser(users=4), ScriptedModel(uniform))
    made = findings.claims(lines, relations, talks, np.random.default_rng(0))
    assert sum(not one.part_of for one in made) == 6
    assert {one.part_of for one in made} - {""} <= {one.id for one in made}
    assert made[0].verdict == "above"
    assert made[0].estimate.value == pytest.approx(2.0, abs=0.3)
    assert made[2].estimate.value == pytest.approx(0.0, abs=0.3)
    assert made[1].estimate.value > 0.5
    for plot in (pairing_by_part, square_heat):
        for table in (lines, lines.head(0)):
            assert plot.draw(plot.prepare(table)) is not None
