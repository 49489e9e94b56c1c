"""Policies that read a simulated user's profile from the words they are shown, and nothing else."""

from __future__ import annotations

import numpy as np

from probes import Choose, Continue
from probes.characters.manners import MANNERS
from probes.characters.users import DOMAINS, User, stimuli

USERS = {domain: stimuli()[domain]["users"] for domain in DOMAINS}


def profiles(text):
    """All users whose facts stand in a text, each with the manner that stands there."""
    manners = [name for name, entry in stimuli()["manners"].items()
               if any(entry[form].lower() in text.lower() for form in ("list", "prose"))]  # fmt: skip
    return [
        User(name, domain, manners[0] if manners else "terse", text.lower().find(manners[0]) == 0)
        for domain, users in USERS.items()
        for name, entry in users.items()
        if all(any(fact[form].lower() in text.lower() for form in ("list", "prose")) for fact in entry["facts"])
    ]


def beginning(transcript):
    """What stands at the top of a talk: task and profile."""
    return transcript.turns[0].text


def number(question):
    """Which turn of the user is to be written, from 0."""
    return sum(turn.role == question.role for turn in question.transcript)


def lucky(question, rate):
    """Whether this turn, by its seed, is one of a share `rate`."""
    return np.random.default_rng(question.seed or 0).random() < rate


def liking(question, strength=0.0, place=0.0):
    """Nats: a taste for the text, for places, and `strength` under the profile whose facts the text names."""
    rows = [question.transcript, *question.contexts]
    taste = -float(len(question.text) % 17)
    named = [max((user.named(question.text.lower()) for user in profiles(beginning(row))), default=0) for row in rows]
    return [taste + strength * (share > 0) + place * at for at, share in enumerate(named)]


def player(write, strength=3.0, place=0.0):
    """A policy that writes by `write(question, user or None)`, and likes texts that name the facts of a profile."""

    def policy(question):
        if isinstance(question, Continue):
            return write(question, next(iter(profiles(beginning(question.transcript))), None))
        if isinstance(question, Choose):
            return next(iter(question.options.values()))
        return liking(question, strength, place)

    return policy


def follower(rate=1.0):
    """Writes what we wrote: at a rate in the manner of the profile, else plainly."""

    def write(question, user):
        if user is None:
            return "I have a problem at home. It has been going on for some time now."
        turn = number(question) % 2
        return user.written(turn) if lucky(question, rate) else user.plain(turn)

    return write


def parrot(question, user):
    """Says the profile, as it stands there."""
    return "\n".join(beginning(question.transcript).splitlines()[2:6])


def always(text):
    """One text, whatever the profile."""
    return lambda question, user: text


def one_manner(manner):
    """What we wrote for the user, always in one manner."""
    return lambda question, user: user.written(number(question) % 2, manner)


def assistant(rate):
    """The follower, but at a rate the assistant."""
    return lambda question, user: (
        "Sure! Here are some steps that you can try. Let me know if you need anything else."
        if lucky(question, rate)
        else user.written(number(question) % 2)
    )


__all__ = ["MANNERS", "USERS", "always", "assistant", "beginning", "follower", "one_manner", "parrot", "player",
           "profiles"]  # fmt: skip
