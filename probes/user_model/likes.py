"""Likes that change: what a user says about themselves and others, day by day, and what holds at the end.

Four courses cross {current = mentioned first?} with {current = mentioned last?}, so that whoever takes the first, the
last or the most mentioned value for the current one is right in half of them, exactly:

`switched`    said the rival, then the current one: last but not first
`others`      said the current one, then told of somebody else who likes the rival: first but not last
`recalled`    said the rival, then the current one, then recalled the rival as past: neither
`reaffirmed`  said the current one, told of somebody else who likes the rival, said the current one again: both
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from probes.core.transcript import Transcript
from probes.shared.world import Event, Log, Voice, families, names, tongue

MENTIONS = {
    "switched": (("said", "rival"), ("said", "current")),
    "others": (("said", "current"), ("told", "rival")),
    "recalled": (("said", "rival"), ("said", "current"), ("recalled", "rival")),
    "reaffirmed": (("said", "current"), ("told", "rival"), ("said", "current")),
}
"""Course -> what is mentioned, in order: (channel, which value)."""
DEPTHS = ("before", "after", "later")
"""Before the first mention, just after the last, and after further days about something else."""
HISTORIES = ("turns", "joined", "summary")
"""One turn a day with a note from the assistant, the same messages in one turn, or only what holds at the end."""
IDLE = "colour"
"""The variable of days that have nothing to do with the question."""


@dataclass(frozen=True)
class Timeline:
    """One user's days.

    Parameters
    ----------
    user : str
        Name of the timeline, the independent unit.
    voice : Voice
    what, other : str
        The variable in question, and another one of the same family that a careless reply would serve.
    current, rival : str
        The value that holds at the end and the one that competes with it.
    course : str
        One of `MENTIONS`.
    log : Log
    """

    user: str
    voice: Voice
    what: str
    other: str
    current: str
    rival: str
    course: str
    log: Log

    def facts(self) -> dict[str, str | int]:
        """The columns a timeline brings to a record."""
        return {"user": self.user, "course": self.course, **self.voice.facts(), "days": len(self.log)}

    def twin(self) -> Timeline:
        """The same words with the two values exchanged, and so with the other one current."""
        swapped = self.log.swapped(self.current, self.rival)
        return replace(self, current=self.rival, rival=self.current, log=swapped)

    def at(self, depth: str) -> Log:
        """The log up to a depth. ValueError names the depths there are."""
        if depth not in DEPTHS:
            raise ValueError(f"depth {depth!r} is not one of {', '.join(DEPTHS)}")
        days = [event.time for event in self.log if event.what == self.what]
        ends = {"before": days[0], "after": days[-1] + 1, "later": len(self.log) + 1}
        return self.log.before(ends[depth])

    def told(self, depth: str, history: str = "turns") -> Transcript:
        """The conversation up to a depth, in one of `HISTORIES`."""
        if history not in HISTORIES:
            raise ValueError(f"history {history!r} is not one of {', '.join(HISTORIES)}")
        log = self.at(depth)
        conversation = self.voice.tell(summary(log, self.voice.speaker) if history == "summary" else log)
        if history == "turns":
            return conversation
        return (
            Transcript().user("\n".join(turn.text for turn in conversation if turn.role == "user"))
            if len(conversation)
            else conversation
        )

    def asking(self, conversation: Transcript, question: str) -> Transcript:
        """A conversation with a question at its end, in the open user turn where there is one."""
        if len(conversation) and conversation.turns[-1].role == "user":
            return conversation.replace(-1, f"{conversation.turns[-1].text}\n{question}")
        return conversation.user(question)

    def phrase(self, name: str, what: str = "", **slots: object) -> str:
        """A phrase of the family in this voice."""
        return self.voice.tongue.phrase(name, self.voice.wording, what, **slots)


def summary(log: Log, speaker: str) -> Log:
    """Only the newest statement about each person and variable that still holds; nothing of what is recalled."""
    newest = {(event.what, event.who): event for event in log if event.channel != "recalled"}
    return log.where(lambda event: event in newest.values())


def timelines(count: int, idle: int = 3, seed: int = 0, language: str = "en") -> Iterator[Timeline]:
    """`count` timelines, a multiple of 4, every course equally often.

    idle: days about something else before, between and after the mentions. ValueError where count is no multiple of 4
    or idle is below 1.
    """
    if count < len(MENTIONS) or count % len(MENTIONS):
        raise ValueError(f"balanced timelines come in blocks of {len(MENTIONS)}, got {count}")
    if idle < 1:
        raise ValueError(f"a timeline needs at least one idle day between depths, got {idle}")
    rng = np.random.default_rng(seed)
    kinds = families("likes", language)
    for at in range(count):
        block, place = divmod(at, len(MENTIONS))
        turn = block + place
        user, friend = names(2, rng)
        voice = Voice(kinds[turn % len(kinds)], language, block % 2, "turns", user)
        yield _timeline(f"user-{at}", voice, friend, list(MENTIONS)[place], idle, rng)


def _timeline(name: str, voice: Voice, friend: str, course: str, idle: int, rng: np.random.Generator) -> Timeline:
    words = tongue(voice.family, voice.language)
    what, other = (str(v) for v in rng.permutation([v for v in words.variables if v != IDLE]))
    current, rival = (str(value) for value in rng.choice(words.values(what), 2, replace=False))
    value = {"current": current, "rival": rival}
    mentions = [(what, friend if channel == "told" else voice.speaker, value[which], channel)
                for channel, which in MENTIONS[course]]  # fmt: skip
    gap = max(1, idle // 2)
    days = _idle(idle, voice, rng)
    for at, mention in enumerate(mentions):
        days += [mention, *_idle(gap if at < len(mentions) - 1 else idle, voice, rng)]
    events = tuple(
        Event(day, who, about, what_value, channel) for day, (about, who, what_value, channel) in enumerate(days, 1)
    )
    return Timeline(name, voice, what, other, current, rival, course, Log(events))


def _idle(count: int, voice: Voice, rng: np.random.Generator) -> list[tuple[str, str, str, str]]:
    values = voice.tongue.values(IDLE)
    return [(IDLE, voice.speaker, str(rng.choice(values)), "said") for _ in range(count)]
