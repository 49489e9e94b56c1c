"""Who tells by permission, who leaks at a known rate, who has favourites; and who can intersect calendars."""

from __future__ import annotations

import hashlib
import re
from itertools import product

import numpy as np
import pytest

import probes
from analysis.instructions.tables import people
from analysis.report.claims import agrees
from probes import ScriptedModel
from probes.instructions.suite.common_slot import CommonSlot
from probes.instructions.suite.secret_text import SecretText, holds
from probes.instructions.suite.secrets import Secrets
from probes.instructions.vault import ATTACKS, RULES, calendars, vaults
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES, tongue


def ruled(line, language, rule):
    """(code, who is named, whether only they may know it) where a line states the rule in a language."""
    said = tongue("secrets", language).phrase(rule, item="\0", code="\1", who="\2")
    pattern = re.escape(said).replace("\0", ".+").replace("\1", r"(\d{4})").replace("\2", r"(\w+)")
    stated = re.fullmatch(pattern, line)
    return (*stated.groups(), rule == "only") if stated else None


def read(transcript):
    """(code -> who may know it, who asks, attack words) read off the conversation."""
    *lines, asked = transcript.turns[0].text.split("\n")
    allowed = {}
    for line in lines:
        code, who, only = next(filter(None, (ruled(line, *how) for how in product(LANGUAGES, RULES))))
        allowed[code] = (who, only)
    return allowed, asked.split()[0], asked


def keeper(strength=10.0, hazard=0.0, taste=False, seed=0, names=0.0):
    """Tells who may know; in each round tells others with probability `hazard`, and goes on once it has."""

    def leaked(code, who, turn):
        draws = [hashlib.sha256(f"{seed}{code}{who}{at}".encode()).digest()[0] / 256 for at in range(turn)]
        return min(draws) < hazard

    def policy(question):
        code, nats = question.text.strip(), []
        for row in (question.transcript, *question.contexts):
            allowed, who, _ = read(row)
            turn = sum(one.role == "user" for one in row)
            liked = 3.0 * (int(code) % 7) + len(who) if taste else 0.0
            beside, only = allowed[code]
            may = (beside == who) == only
            tells = strength * (may or leaked(code, who, turn)) + names * (beside == who)
            nats.append(-20.0 + liked + tells)
        return nats

    return ScriptedModel(policy, f"keeper {strength} {hazard} {taste} {seed} {names}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_keeps_secrets_has_the_whole_strength_under_every_attack(language):
    table = probes.run(Secrets(attacks=ATTACKS, language=language), keeper())
    assert (table["status"] == "ok").all()
    for attack in ATTACKS:
        assert people.kept(table, attack).value == pytest.approx(10.0)
    assert people.kept(table, rule="all_but").value == pytest.approx(-10.0)
    assert people.permitted(table).value == pytest.approx(10.0)


def test_who_follows_names_and_not_permission_keeps_nothing():
    """Three nats for whoever is named beside the code: as bad under one rule as it is good under the other."""
    table = probes.run(Secrets(), keeper(strength=0.0, names=3.0))
    assert people.kept(table).value == people.kept(table, rule="all_but").value == pytest.approx(3.0)
    assert people.permitted(table).value == pytest.approx(-3.0)
    both = probes.run(Secrets(), keeper(strength=5.0, names=3.0))
    assert people.permitted(both).value == pytest.approx(2.0)


def test_who_is_drawn_less_to_an_excluded_name_has_no_permission_for_that():
    """Named nearer under `only` than under `all but`: the difference alone would be taken for permission."""

    def policy(question):
        code, nats = question.text.strip(), []
        for row in (question.transcript, *question.contexts):
            allowed, who, _ = read(row)
            beside, only = allowed[code]
            nats.append(-3.0 + (3.0 if only else 2.0) * (beside == who))
        return nats

    assert people.permitted(probes.run(Secrets(), ScriptedModel(policy, "near"))).value == pytest.approx(-2.0)


def test_a_perfect_keeper_is_told_from_a_model_that_has_not_read():
    table = probes.run(Secrets(), keeper(strength=19.9))
    assert people.readable(table) == pytest.approx(np.log(9000) - 0.1)


def test_a_leak_takes_its_share_round_by_round():
    """Told to others with probability h a round: what is kept falls as (1 - h) to the number of rounds."""
    table = probes.run(Secrets(squares=120, attacks=("none",), rounds=3), keeper(hazard=0.3))
    for turn in (1, 2, 3):
        assert people.kept(table, "none", turn).value / 10 == pytest.approx(0.7**turn, abs=0.04)


def test_telling_everybody_and_having_favourites_pair_nothing():
    for model in (keeper(strength=0.0), keeper(strength=0.0, taste=True), keeper(hazard=1.0)):
        table = probes.run(Secrets(), model)
        assert people.kept(table).value == pytest.approx(0.0, abs=1e-9)


def test_the_null_model_pairs_nothing():
    for probe in (Secrets(squares=2), CommonSlot(squares=2)):
        table = probes.run(probe, ScriptedModel(uniform))
        assert table[table["measure"] == "pairing"]["value"].to_numpy() == pytest.approx(0.0, abs=1e-9)
        assert table[table["measure"] == "hit"]["value"].to_numpy() == pytest.approx(0.25)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_people_ask_in_the_same_words(language):
    for vault in vaults(3, language=language):
        for attack in ATTACKS:
            for code in range(4):
                asked = [vault.asked(who, code, attack, 2) for who in range(4)]
                last = [row.turns[0].text.split("\n")[-1] for row in asked]
                assert len({text.replace(who, "X") for text, who in zip(last, vault.people, strict=True)}) == 1
                assert len({row.turns[0].text.rsplit("\n", 1)[0] for row in asked}) == 1
                assert all(len(row.turns) == 3 for row in asked)
                assert not any(one in text for text in last for one in vault.codes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_differ_in_nothing_but_who_may_know(language):
    for vault in vaults(3, language=language):
        texts = [vault.asked(0, 1, rule=rule).turns[0].text for rule in ("only", "all_but")]
        shared = [set(re.findall(r"\w+", text)) for text in texts]
        assert shared[0] - shared[1] <= {"Only", "Nur", "darf", "Solo", "puede", "ne", "qu"}
        assert shared[1] - shared[0] <= {"Everyone", "but", "Alle", "außer", "dürfen", "Todos", "menos", "pueden",
                                         "tous", "sauf"}  # fmt: skip


def free_days(row, language):
    """(days that each person says yes to, all days), read off the text."""
    words = tongue("secrets", language)
    days = [words.label("day", slot) for slot in words.values("day")]
    lines = row.turns[0].text.split("\n")[:-1]
    return [[day for day in days if words.phrase("free", day=day) in line] for line in lines], days


@pytest.mark.parametrize("at", [0, -1], ids=["first", "last"])
def test_the_day_named_first_or_last_is_right_in_a_quarter(at):
    squares = [calendars(number) for number in range(200)]
    right = [re.findall(r"\w+day", row.turns[0].text.rsplit("\n", 1)[0])[at] == square.columns[state]
             for square in squares for state, row in enumerate(square.rows)]  # fmt: skip
    assert abs(np.mean(right) - 0.25) < 3.5 * np.sqrt(0.25 * 0.75 / len(right))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_is_named_as_often_as_every_other(language):
    for row in calendars(0, language=language).rows:
        _, days = free_days(row, language)
        assert {row.turns[0].text.count(day) for day in days} == {3}


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_slot_is_common_and_nobody_alone_tells_which(language):
    for number in range(6):
        square = calendars(number, language=language)
        for state, row in enumerate(square.rows):
            free, days = free_days(row, language)
            assert [day for day in days if all(day in one for one in free)] == [square.columns[state]]
            assert [len(one) for one in free] == [3, 3, 3]
            assert {day for one in free for day in one} == set(days)


def test_readers_of_one_calendar_only_are_a_third_right_and_those_of_all_are_right():
    def policy(question):
        rows = [question.transcript, *question.contexts]
        return [4.0 * all(question.text in one for one in free_days(row, "en")[0]) for row in rows]

    def one_only(question):
        rows = [question.transcript, *question.contexts]
        return [4.0 * (question.text in free_days(row, "en")[0][0]) for row in rows]

    table = probes.run(CommonSlot(), ScriptedModel(policy, "all calendars"))
    assert people.slot(table).value == 1.0
    assert people.slot(table, "pairing").value == pytest.approx(4.0)
    table = probes.run(CommonSlot(), ScriptedModel(one_only, "first calendar"))
    assert people.slot(table).value == pytest.approx(1 / 3)
    assert np.isfinite(table[table["status"] == "ok"]["value"].astype(float)).all()


def test_the_tables_of_the_notebook_say_the_same():
    codes, days = probes.run(Secrets(attacks=ATTACKS), keeper()), probes.run(CommonSlot(), ScriptedModel(uniform))
    told = people.leaks(codes).set_index("may_know")
    assert list(told.loc["only", "attack"]) == list(ATTACKS)
    assert told.loc["only", "value"].to_numpy() == pytest.approx(10.0)
    assert list(people.slots(days)["value"]) == pytest.approx([0.25, 0.0])


def test_a_model_that_never_looks_at_the_codes_is_told_from_one_that_keeps_them():
    blind = ScriptedModel(lambda question: -float(np.log(9000)), "number at random")
    assert people.readable(probes.run(Secrets(), blind)) == pytest.approx(0.0, abs=1e-5)
    told = ScriptedModel(lambda question: -0.1, "tells everybody")
    assert people.readable(probes.run(Secrets(), told)) == pytest.approx(np.log(9000) - 0.1)


def writer(tells):
    """Writes the code asked for to whom `tells(may, named, code)` says; else that it cannot."""

    def policy(question):
        allowed, who, asked = read(question.transcript)
        lines = question.transcript.turns[0].text.split("\n")[:-1]
        thing = re.search(r"(?:for|für) (.+)\?", asked)[1]
        code = next(one for one, line in zip(allowed, lines, strict=True) if f" {thing} " in line)
        beside, only = allowed[code]
        may = (beside == who) == only
        return f"It is {code}, {who}." if tells(may, beside == who, code) else "I cannot tell you."

    return ScriptedModel(policy)


WRITERS = {
    "keeps secrets": (lambda may, named, code: may, 1.0),
    "tells everybody": (lambda may, named, code: True, 0.0),
    "tells nobody": (lambda may, named, code: False, 0.0),
    "tells whoever is named": (lambda may, named, code: named, -1.0),
    "favours even codes": (lambda may, named, code: int(code) % 2 == 0, 0.0),
    "tells whom it must not": (lambda may, named, code: not may, -1.0),
}


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_to_whom_is_recovered(name):
    tells, expected = WRITERS[name]
    table = probes.run(SecretText(), writer(tells))
    assert people.permitted(table).value == pytest.approx(expected)
    share = {"tells everybody": 1.0, "tells nobody": 0.0}.get(name)
    assert share is None or people.spoken(table) == pytest.approx(share)


def test_writing_that_points_the_other_way_fails_the_gate_of_the_likelihood():
    codes = probes.run(Secrets(), keeper())
    for name, passed in (("tells whom it must not", False), ("keeps secrets", True), ("tells nobody", True)):
        texts = probes.run(SecretText(), writer(WRITERS[name][0]))
        noise = 0.01 * np.random.default_rng(0).normal(size=len(codes))
        likelier = people.permitted(codes.assign(value=codes["value"] + noise))
        assert agrees("what it writes", likelier, people.wrote(texts)).passed is passed, name


def test_who_keeps_every_code_has_an_interval():
    kept, spread = (people.wrote(probes.run(SecretText(), writer(WRITERS[name][0])))
                    for name in ("keeps secrets", "tells everybody"))  # fmt: skip
    assert kept.value == pytest.approx(1.0)
    assert 0.1 < kept.low < 0.5  # five sets say little, but something
    assert spread.low < 0 < spread.high


def test_a_code_is_told_however_its_digits_are_parted_and_not_within_a_longer_number():
    for text in ("It is 4417.", "4,417", "4-4-1-7", "4 4 1 7!", "the codes 4417, 2590", "(4417 2590)"):
        assert holds(text, "4417"), text
    for text in ("", "No.", "44170", "14417", "44, 17", "I keep 4418."):
        assert not holds(text, "4417"), text
