"""How a diary is shown and what is asked about it: one question text a kind, the diary first and the question last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from probes.core import Choice, Choose
from probes.core.design import Arm, arms
from probes.core.transcript import Transcript
from probes.shared.world import arranged, tongue
from probes.user_model.diary import Diary

KINDS = ("completion", "half", "true_or_false", "number", "reading")
SIDES = ("yes", "no")
"""Meanings of options: for the first act of the diary, or against it."""


def shown(
    diary: Diary, question: str, until: int | None = None, turns: str = "one", lines: str = "plain"
) -> Transcript:
    """The diary (the days before `until`) in one of `TURNS` and of `LINES`, and a question under the last turn."""
    words = tongue("assistant", diary.voice.language)
    first, second = sorted(person.name for person in diary.people)
    head = words.phrase("diary", first=first, second=second)
    first_day, *later = diary.told(until, lines)
    conversation = arranged((f"{head}\n{first_day}", *later), turns, diary.voice.language)
    return conversation.replace(-1, f"{conversation.turns[-1].text}\n\n{question}")


def questions(diary: Diary, at: int, kind: str, turns: str = "one", lines: str = "plain") -> list[Choose]:
    """The questions of a kind about one of the two people, 0 or 1; two orders for `true_or_false`."""
    words, who = tongue("assistant", diary.voice.language), diary.people[at].name
    show = partial(shown, diary, turns=turns, lines=lines)
    if kind == "true_or_false":
        return [_true_or_false(diary, who, arm, show) for arm in arms(SIDES)]
    if kind == "number":
        question = words.phrase("number", claim=claim(diary, who))
        return [Choose(show(question), {str(digit): str(digit) for digit in range(10)})]
    if kind == "reading":
        return [_completed(diary, _phrase(diary, "past", who=who, time=differing(diary)), show)]
    until = halfway(diary) if kind == "half" else None
    return [_completed(diary, _phrase(diary, "next", who=who), partial(show, until=until))]


def _completed(diary: Diary, stem: str, show: Callable[[str], Transcript]) -> Choose:
    """A sentence to be completed with one of the two acts."""
    words = tongue("assistant", diary.voice.language)
    labels = [diary.voice.tongue.label(diary.what, value) for value in diary.values]
    options = {f" {label}": side for label, side in zip(labels, SIDES, strict=True)}
    return Choose(show(words.phrase("complete", stem=stem)), options, prefill=stem)


def _true_or_false(diary: Diary, who: str, arm: Arm, show: Callable[[str], Transcript]) -> Choose:
    words = tongue("assistant", diary.voice.language)
    lines = arm.lines({"yes": words.phrase("true"), "no": words.phrase("false")})
    question = words.phrase("true_or_false", claim=claim(diary, who), options=lines)
    return Choose(show(question), arm.options)


def claim(diary: Diary, who: str) -> str:
    """That a person will do the first act."""
    return f"{_phrase(diary, 'next', who=who)} {diary.voice.tongue.label(diary.what, diary.values[0])}"


def _phrase(diary: Diary, name: str, **slots: object) -> str:
    return diary.voice.tongue.phrase(name, diary.voice.wording, diary.what, **slots)


def odds(reply: Choice) -> float:
    """Nats for the first act over the second."""
    label = {meaning: label for label, meaning in reply.options.items()}
    return reply.logprobs[label["yes"]] - reply.logprobs[label["no"]]


def halfway(diary: Diary) -> int:
    """The day at which half of the diary has been told."""
    return diary.days // 2 + 1


def differing(diary: Diary) -> int:
    """A day on which the two people did different things, the same one for both; taken from the middle of such days."""
    ours, theirs = (person.habits[diary.what] for person in diary.people)
    days = [day for day, (one, two) in enumerate(zip(ours, theirs, strict=True), 1) if one != two]
    return days[len(days) // 2]


def facts(diary: Diary, at: int, kind: str) -> Mapping[str, Any]:
    """What is known about a row: who is asked about, the exact probability `p` and log-odds of the first act."""
    who = diary.people[at].name
    acts = diary.people[at].habits[diary.what]
    days = halfway(diary) - 1 if kind == "half" else diary.days
    belief = diary.belief(who, days + 1)
    p = float(acts[differing(diary) - 1] == diary.values[0]) if kind == "reading" else belief.p(diary.values[0])
    return {
        "kind": kind,
        "person": at,
        "who": who,
        "first_act": diary.values[0],
        "p": p,
        "logit": 0.0 if kind == "reading" else belief.logit(diary.values[0]),
        "acts": "".join("ab"[act != diary.values[0]] for act in acts[:days]),
    }
