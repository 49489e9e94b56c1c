"""Users written by rule: who follows is seen to follow, who copies to copy, who ignores the profile on the null."""

from __future__ import annotations

import numpy as np
import pytest
from character_texts import USERS, always, assistant, follower, one_manner, parrot, player

import probes
from analysis.characters.findings import claim, playing
from analysis.characters.plots import user_plane
from analysis.characters.tables import dialogues
from probes import Company, Continue, ScriptedModel
from probes.characters.dialogues import Dialogue
from probes.characters.manners import MANNERS
from probes.characters.reading import fresh, looping, runs, slipped
from probes.characters.suite.simulated_user import SimulatedUser
from probes.characters.users import DOMAINS, FORMS, SIZE, User, places, stimuli
from probes.models.scripted import uniform
from probes.shared.turns.text import grams, words

EIGHT = SimulatedUser(users=8, max_tokens=80)
ALL = [(domain, name) for domain in DOMAINS for name in USERS[domain]]


def played(write, probe=EIGHT, **likes):
    return probes.run(probe, ScriptedModel(player(write, **likes), f"player {write} {likes}"))


def claims(table):
    return {one.id.removeprefix("characters."): one for one in playing(table, claim)}


@pytest.mark.parametrize(("domain", "name"), ALL)
def test_what_we_wrote_is_what_the_rules_read(domain, name):
    """In its manner and in no other, naming its facts and nobody else's, not copied, the user's, and no loop."""
    for manner in MANNERS:
        user = User(name, domain, manner)
        texts = [user.written(turn) for turn in (0, 1)]
        assert [[other for other in MANNERS if MANNERS[other].holds(text)] for text in texts] == [[manner]] * 2
        for form in ("list", "prose"):
            assert not any(set(grams(words(text), 4)) & runs(user.lines(form)) for text in texts)
            assert not any(one.holds("\n".join(user.lines(form))) for one in MANNERS.values())
        assert not slipped(texts[0], "")
        assert not slipped(texts[1], user.words["replies"][0])
        assert not looping(texts[1], texts[:1])
    both = " ".join(words(f"{user.plain(0)} {user.plain(1)}"))
    assert {other: User(other, domain, "terse").named(both) for other in USERS[domain]} == {
        other: float(other == name) for other in USERS[domain]
    }
    assert user.named(" ".join(words(user.written(0, "terse")))) > 0


def test_squares_differ_in_facts_and_manner_and_in_nothing_else():
    drawn = list(places(32))
    for place in drawn:
        assert len({user.user for user in place.users}) == len({user.manner for user in place.users}) == SIZE
        assert len({user.domain for user in place.users}) == 1
    first = [place.own.user for place in drawn[:16]]
    assert len(set(first)) == 16
    for channel in ("open", "played"):
        texts = [Dialogue(user, channel).seen().turns[0].text.splitlines() for user in drawn[0].users]
        assert len({len(text) for text in texts}) == 1
        assert len({tuple(line for line in text if not line.startswith("- ")) for text in texts}) == 1
    with pytest.raises(ValueError, match="6 is no multiple"):
        list(places(6))


@pytest.mark.parametrize("form", ["list", "prose"])
def test_a_follower_follows_and_does_not_copy(form):
    table = played(follower(), SimulatedUser(users=8, forms=(form,), max_tokens=80))
    assert (table["status"] == "ok").mean() > 0.95, "terse messages of three words have no run of four"
    assert dialogues.net(table, "style").value == pytest.approx(1.0)
    assert dialogues.net(table, "facts").value > 0.3
    assert dialogues.net(table, "copied").value == pytest.approx(0.0, abs=1e-9)
    assert dialogues.share(table, "assistantlike").value == dialogues.mean(table, "loop").value == 0
    assert dialogues.told_apart(table).value == dialogues.told_apart(table, "written").value == 1
    assert [one.verdict for one in claims(table).values()][:3] == ["above"] * 3


@pytest.mark.parametrize("rate", [0.3, 0.7])
def test_the_rate_of_a_follower_comes_back(rate):
    table = played(follower(rate), SimulatedUser(users=32, turns=4, max_tokens=80))
    found = dialogues.net(table, "style")
    assert found.low < rate < found.high
    assert found.value == pytest.approx(rate, abs=0.1)


@pytest.mark.parametrize("form", ["list", "prose"])
def test_a_parrot_copies_and_does_not_follow(form):
    """Its talks are told apart, for the profile stands in them; the gate says that this is copying."""
    table = played(parrot, SimulatedUser(users=8, forms=(form,), max_tokens=80))
    assert dialogues.net(table, "copied").value > 0.9
    assert dialogues.net(table, "style").value == pytest.approx(0.0)
    assert dialogues.net(table, "facts").value == pytest.approx(0.0)
    made = claims(table)
    assert made["copied"].verdict == "above"
    assert made["told_apart"].verdict == "not interpretable"
    assert made["style"].verdict != "above"
    assert dialogues.mean(table, "loop").value == pytest.approx(0.5), "its second turn is the first again"


@pytest.mark.parametrize("write", [always("Help me."), always("i need help with my dog, maybe? please!"),
                                   always("My cat died, and the oven is broken. What now?")])  # fmt: skip
def test_one_text_for_everybody_is_on_the_null_exactly(write):
    """A taste for a manner, for short turns, for somebody's facts: all in the others' talks as well."""
    table = played(write)
    for measure in ("style", "facts"):
        assert dialogues.net(table, measure).value == pytest.approx(0.0, abs=1e-9)
    assert dialogues.net(table, "copied").value in (None, pytest.approx(0.0, abs=1e-9))


@pytest.mark.parametrize("manner", MANNERS)
def test_a_taste_for_one_manner_is_not_following_and_facts_are_seen_in_it(manner):
    table = played(one_manner(manner))
    assert dialogues.net(table, "style").value == pytest.approx(0.0, abs=1e-9)
    assert dialogues.net(table, "facts").value > 0.15
    assert claims(table)["style"].verdict != "above"


@pytest.mark.parametrize(("strength", "place"), [(0.0, 0.0), (0.0, 5.0)])
def test_who_likes_texts_or_places_but_no_pairs_tells_nobody_apart(strength, place):
    table = played(follower(), strength=strength, place=place)
    assert dialogues.told_apart(table).value == pytest.approx(0.25)
    assert dialogues.mean(table, "pairing").value == pytest.approx(0.0, abs=1e-9)
    made = claims(table)["told_apart"]
    assert made.verdict == "instrument not valid for this model", "our own messages are not told apart either"


def test_nonsense_is_not_told_apart_by_the_prompt_that_it_was_drawn_from():
    """Words keyed to a prompt, most likely after it: told apart if judged there, on the null elsewhere."""

    def key(transcript):
        return transcript.digest()[:6]

    def policy(question):
        if isinstance(question, Continue):
            return f"zorf {key(question.transcript)} blik quandle."
        return [5.0 * (key(row) in question.text) for row in (question.transcript, *question.contexts)]

    table = probes.run(EIGHT, ScriptedModel(policy, "keyed"))
    assert dialogues.told_apart(table).value == pytest.approx(0.25)
    assert dialogues.mean(table, "pairing").value == pytest.approx(0.0)


def test_a_talk_is_judged_in_the_other_channel_and_in_other_words():
    for place in places(8):
        for channel, form in (("open", "list"), ("played", "prose"), ("open", "none")):
            talk = Dialogue(place.own, channel, form, ("Hello.",), ("Yes?",))
            other = talk.elsewhere(place.own)
            assert other.role != talk.role
            lines = set(talk.seen().turns[0].text.splitlines()) & set(other.seen().turns[0].text.splitlines())
            assert not lines & set(place.own.lines("list") + place.own.lines("prose"))
            assert [turn in str(other.seen().turns) for turn in ("Hello.", "Yes?")] == [True, True]


def test_pairing_is_the_planted_strength():
    table = played(one_manner("lowercase"), SimulatedUser(users=8, turns=1, max_tokens=80), strength=2.5)
    assert dialogues.mean(table, "pairing").value == pytest.approx(2.5)


@pytest.mark.parametrize("rate", [0.25, 0.6])
def test_the_rate_of_slips_comes_back(rate):
    table = played(assistant(rate), SimulatedUser(users=32, turns=4, max_tokens=80))
    found = dialogues.share(table, "assistantlike")
    assert found.low < rate < found.high
    assert claims(table)["slips"].verdict == "described"


def test_drift_is_the_slope_over_turns():
    """In the manner once, then plain: minus one a turn; an assistant from the third turn on: plus."""

    def wears_off(question, user):
        turn = sum(turn.role == question.role for turn in question.transcript)
        return user.written(0) if turn == 0 else user.plain(1)

    def gives_up(question, user):
        turn = sum(turn.role == question.role for turn in question.transcript)
        return user.written(turn % 2) if turn < 1 else "Certainly! Here is what you can do about it."

    assert dialogues.drift(played(wears_off), "style").value == pytest.approx(-1.0)
    assert dialogues.drift(played(gives_up), "assistantlike").value == pytest.approx(1.0)
    assert dialogues.drift(played(follower()), "style").value == pytest.approx(0.0)
    assert dialogues.drift(played(follower(), SimulatedUser(users=4, turns=1)), "style").value is None


def test_without_a_profile_everything_is_on_the_null():
    """The control: profiles that nobody was shown are neither followed nor copied."""
    table = played(follower(), SimulatedUser(users=8, forms=FORMS, max_tokens=80))
    lines = dialogues.cells(table, "style").set_index(["channel", "profile"])["value"]
    for channel in ("open", "played"):
        assert lines[channel, "none"] == pytest.approx(0.0)
        assert lines[channel, "list"] == lines[channel, "prose"] == pytest.approx(1.0)
    copies = dialogues.cells(table, "copied").set_index(["channel", "profile"])["value"]
    assert copies["open", "none"] == pytest.approx(0.0)
    hits = dialogues.cells(table, "hit").set_index(["channel", "profile"])["value"]
    assert hits["open", "none"] == pytest.approx(0.25)


def test_what_is_copied_does_not_name_a_fact():
    lines = User("guitar", "help", "polite").lines("prose")
    assert "guitar" not in fresh("The user wants to play the guitar.", lines)
    assert "guitar" in fresh("Could I learn the guitar at my age?", lines)


def test_who_writes_nothing_has_a_status_and_never_a_zero():
    table = played(always(""))
    model = table[table["origin"] == "model"]
    assert set(model["status"]) == {"unscored"}
    made = claims(table)
    assert {name: one.estimate.value for name, one in made.items()} == dict.fromkeys(made)
    assert made["style"].verdict == "instrument not valid for this model"


def test_a_model_that_knows_nothing_is_on_chance():
    table = probes.run(EIGHT, ScriptedModel(uniform))
    rows = table[table["origin"] == "written"]
    assert rows[rows["measure"] == "hit"]["value"].to_numpy() == pytest.approx(0.25)
    assert rows[rows["measure"] == "pairing"]["value"].to_numpy() == pytest.approx(0.0)


def test_a_partner_answers_and_is_shown_no_profile():
    heard = []

    def helper(question):
        heard.append("\n".join(turn.text for turn in question.transcript))
        return "Have you tried turning it off?"

    main = ScriptedModel(player(follower()), "main")
    table = probes.run(SimulatedUser(users=4, partner="partner"), Company(main, partner=ScriptedModel(helper, "help")))
    assert set(table["answered_by"]) == {"partner"}
    assert len(heard) == 8, "one reply a talk"
    assert not any(user.lines()[0] in text for text in heard for place in places(4) for user in place.users)
    assert dialogues.net(table, "style").value == pytest.approx(1.0)
    with pytest.raises(ValueError, match="partner"):
        probes.run(SimulatedUser(users=4, partner="partner"), main)
    alone = probes.run(SimulatedUser(users=4, partner="self"), ScriptedModel(player(follower()), "alone"))
    assert dialogues.net(alone, "style").value == pytest.approx(1.0)


def test_other_languages_and_no_turns_are_refused_by_name():
    with pytest.raises(ValueError, match="language='de'"):
        SimulatedUser(language="de")
    with pytest.raises(ValueError, match="turns=0"):
        SimulatedUser(turns=0)


def test_the_assistants_turns_are_read_as_the_assistants_where_they_say_so():
    """What the rule for slips is worth on turns of both kinds: our messages never, an assistant's openings always."""
    answers = ["Sure, here is how to fix it.", "I'm sorry to hear that. Let me know if it gets worse.",
               "As an AI, I cannot taste it.", "You're welcome! Is there anything else?"]  # fmt: skip
    assert all(slipped(answer, "I see.") for answer in answers)
    assert not any(slipped(reply, "") for domain in DOMAINS for reply in stimuli()[domain]["replies"])


def test_the_figure_comes_from_the_table():
    table = played(follower(0.5))
    lines = user_plane.prepare(table)
    assert lines["label"].tolist() == ["open user turn, list", "assistant plays, list"]
    assert lines["style"].mean() == pytest.approx(dialogues.net(table, "style").value, abs=0.05)
    for part in (table, table.head(0), table[table["user"] == table["user"].iloc[0]]):
        assert user_plane.draw(user_plane.prepare(part)) is not None
    assert set(dialogues.course(table)["turn"]) == {1, 2}
    assert np.isfinite(dialogues.overview(table)["value"]).all()
