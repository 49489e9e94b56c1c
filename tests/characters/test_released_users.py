"""Users of released conversations: the profile is the system message, the real first message is told by it."""

from __future__ import annotations

import json

import pytest

import probes
from analysis.characters.tables import dialogues
from probes import Continue, ScriptedModel
from probes.characters import released
from probes.characters.suite.simulated_user import SimulatedUser

THINGS = ("bees", "clocks", "maps", "kites", "drums", "stamps", "roses", "boats")


def conversation(thing, system=True):
    profile = {"role": "system", "content": f"You talk to an assistant. Your profile: you collect {thing}."}
    talk = [{"role": "user", "content": f"What should I know about {thing}?"},
            {"role": "assistant", "content": "A lot."}, {"role": "user", "content": "Tell me."}]  # fmt: skip
    return [profile, *talk] if system else talk


def written(tmp_path, talks_):
    file = tmp_path / "usp.jsonl"
    file.write_text("\n".join(json.dumps(talk) for talk in talks_))
    return str(file)


def policy(question):
    """Writes of its thing; likes a text by 2 nats where the profile has its last word."""
    rows = [question.transcript, *getattr(question, "contexts", ())]
    tops = [row.turns[0].text for row in rows]
    if isinstance(question, Continue):
        return f"I would like to talk about {tops[0].partition('collect ')[2].partition('.')[0]} today, if I may."
    thing = next(thing for thing in THINGS if thing in question.text)
    return [2.0 * (thing in top) for top in tops]


def test_real_messages_and_played_turns_are_told_by_the_profile(tmp_path):
    path = written(tmp_path, [conversation(thing) for thing in THINGS])
    table = probes.run(SimulatedUser(users=8, path=path, max_tokens=40), ScriptedModel(policy, "collector"))
    for origin in ("true", "model"):
        assert dialogues.told_apart(table, origin).value == 1
    assert dialogues.mean(table, "pairing").value == pytest.approx(2.0)
    assert dialogues.net(table, "copied").value == pytest.approx(0.0)
    rules = table[table["measure"].isin(["style", "facts"])]
    assert set(rules["status"]) == {"unscored"}, "free text has no rule"
    assert len(set(table["user"])) == 8


def test_who_has_no_profile_is_no_user_and_too_few_are_refused(tmp_path):
    path = written(tmp_path, [conversation(thing, thing != "bees") for thing in THINGS])
    assert len({place.own.user for place in released.places(path, 4)}) == 4
    with pytest.raises(ValueError, match="7 conversations have a profile as system message, not 8"):
        list(released.places(path, 8))
