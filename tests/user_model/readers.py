"""Policies that read a diary's prompt back and answer it by a rule, and models made of them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from probes import Choose, ScriptedModel
from probes.models.scripted import uniform
from probes.shared.world import LANGUAGES, NAMES, Log, Voice, families, tongue

Rule = Callable[["Asked"], float]
"""What was read -> belief in the act that is asked about, in nats."""


@dataclass(frozen=True)
class Asked:
    """A diary prompt as a reader understands it; `day` where the question names one."""

    log: Log
    voice: Voice
    who: str
    what: str
    act: str
    rival: str
    question: str
    day: int | None

    def own(self) -> tuple[str, ...]:
        return self.log.values(self.what, self.who)

    def logit(self) -> float:
        return math.log((self.own().count(self.act) + 1) / (self.own().count(self.rival) + 1))


def read(question: Choose, last: int = 0) -> Asked:
    """The prompt of `user_log` or `user_act`, in whatever language, family, wording and telling.

    last: how many of the newest user turns are read, all by default. StopIteration where they hold no diary.
    """
    turns = [turn.text for turn in question.transcript if turn.role == "user"][-last:]
    diary, _, rest = "\n".join(turns).partition("\n\n")
    return _asked(question, *_diary(diary), rest)


@cache
def _diary(text: str) -> tuple[Voice, Log]:
    voices = [Voice(family, language) for language in LANGUAGES for family in families("diary", language)]
    told = [(voice, log) for voice in voices if len(log := voice.read(text))]
    return next(iter(sorted(told, key=lambda one: -len(one[1]))))  # noise is shorter than the diary


def _asked(question: Choose, voice: Voice, log: Log, rest: str) -> Asked:
    what = log.events[0].what
    labels = {voice.tongue.label(what, value): value for value in voice.tongue.values(what)}
    head = rest.split("\n")[0]
    who = min((name for name in NAMES if re.search(rf"\b{name}\b", head)), key=head.index)
    if question.prefill:
        act = labels[next(label.strip() for label, meaning in question.options.items() if meaning == "yes")]
    else:
        act = labels[min((label for label in labels if label in head), key=head.index)]
    rival = next(value for value in labels.values() if value != act)
    past = re.search(r"\b(?:day|Tag|día|jour) (\d+)", head)
    return Asked(log, voice, who, what, act, rival, rest, int(past[1]) if past else None)


def sure(nats: float) -> float:
    return 1 / (1 + math.exp(-nats))


def believer(rule: Rule, name: str, last: int = 0, deaf: str = "") -> ScriptedModel:
    """A model whose beliefs, however asked for, are those of a rule; it reads single days perfectly.

    last: how many of the newest user turns it remembers, all by default; deaf: a language it understands nothing of.
    """

    def policy(question):
        try:
            asked = read(question, last)
        except StopIteration:
            return uniform(question)
        if asked.voice.language == deaf:
            return uniform(question)
        nats = rule(asked)
        if asked.day is not None:
            there = [e.value for e in asked.log if e.time == asked.day and e.who == asked.who]
            nats = (5.0 if there[0] == asked.act else -5.0) if there else 0.0
        if len(question.options) == 10:
            mean = 9 * min(max(sure(nats), 1 / 18), 17 / 18)
            low = min(int(mean), 8)
            return {str(low): low + 1 - mean, str(low + 1): mean - low}
        return {"yes": sure(nats), "no": 1 - sure(nats)}

    return ScriptedModel(policy, name)


def decider(decide: Callable[[Asked, float, str], dict[str, float]], name: str, last: int = 0) -> ScriptedModel:
    """A model that decides by (what was read, points lost by a mistake, what an earlier offer met with).

    last: how many of the newest user turns it remembers, all by default; where they hold no diary it does not care.
    """

    def policy(question):
        try:
            asked = read(question, last)
        except StopIteration:
            return uniform(question)
        lose = float(re.findall(r"\d+", asked.question)[1])
        earlier = "none"
        for phrase in ("refused", "accepted"):
            if offered := _offered(asked, phrase):
                earlier = {"accepted": "accepted", "refused": "same" if offered == asked.act else "other"}[phrase]
        return decide(asked, lose, earlier)

    return ScriptedModel(policy, name)


def _offered(asked: Asked, phrase: str) -> str:
    """The act of an earlier offer that met with this answer, or nothing."""
    words = tongue("assistant", asked.voice.language)
    for value in (asked.act, asked.rival):
        for wording in (0, 1):
            label = asked.voice.tongue.label(asked.what, value)
            act = asked.voice.tongue.phrase("act", wording, asked.what, who=asked.who, value=label)
            if words.phrase(phrase, who=asked.who, act=act) in asked.question:
                return value
    return ""
