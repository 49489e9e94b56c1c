"""Diaries of two people in which counting tells the answer and no single line does.

Ada does one of two things on each of n days, a on k of them; Ben does a on n - k. With a uniform prior over a habit's
rate the next act is a with probability (k + 1) / (n + 2) for Ada, and with the complement for Ben. In a block of 16
diaries k takes 1, 2, n - 2 and n - 1 equally often; the first and the last line of each person differ, in both orders
equally often and independently. So whoever reads only the first or the last line, of the diary or of the person,
counts without looking at names, or always says the same, is right half the time and has slope 0 on the exact log-odds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from probes.shared.world import Belief, Event, Log, Person, Voice, families, habit, names, tongue

BLOCK = 16
"""Diaries of a balanced block: four counts x two orders of the first person x two orders of the second."""


@dataclass(frozen=True)
class Diary:
    """Two people's days in one variable, and what follows from them.

    Parameters
    ----------
    user : str
        Name of the diary, the independent unit.
    voice : Voice
        Language, family and wording it is told in.
    what : str
        The variable.
    values : (str, str)
        Keys of the two acts; `a` and `b` of the design.
    people : (Person, Person)
    log : Log
    """

    user: str
    voice: Voice
    what: str
    values: tuple[str, str]
    people: tuple[Person, Person]
    log: Log

    def belief(self, who: str, until: int | None = None) -> Belief:
        """Exact belief about a person's next act, from all lines or from those of the days before `until`."""
        log = self.log if until is None else self.log.before(until)
        return habit(log, self.what, who, self.values)

    @property
    def days(self) -> int:
        """Number of occasions a person."""
        return len(self.people[0].habits[self.what])

    def facts(self) -> dict[str, str | int]:
        """The columns a diary brings to a record."""
        return {"user": self.user, **self.voice.facts(), "days": self.days}


def diaries(count: int, days: int = 8, seed: int = 0, language: str = "en") -> Iterator[Diary]:
    """`count` diaries, a multiple of 16, balanced in every block.

    ValueError where count is no multiple of 16 or days are fewer than 6, since then a first or last line tells more
    than it should.
    """
    if count < BLOCK or count % BLOCK:
        raise ValueError(f"balanced diaries come in blocks of {BLOCK}, got {count}")
    if days < 6:
        raise ValueError(f"a diary needs at least 6 days, got {days}")
    rng = np.random.default_rng(seed)
    kinds = families("diary", language)
    cells = list(product((1, 2, days - 2, days - 1), (True, False), (True, False)))
    for at in range(count):
        block, place = divmod(at, BLOCK)
        k, *starts = cells[place]
        turn = at + block
        voice = Voice(kinds[turn % len(kinds)], language, turn // len(kinds) % 2)
        yield _diary(f"user-{at}", voice, k, starts, days, rng)


def _diary(user: str, voice: Voice, k: int, starts: list[bool], days: int, rng: np.random.Generator) -> Diary:
    words = tongue(voice.family, voice.language)
    what = next(iter(words.variables))
    a, b = (str(value) for value in rng.permutation(words.values(what)))
    people = [
        Person(name, {what: _days(count, days, (a, b), first, rng)})
        for name, count, first in zip(names(2, rng), (k, days - k), starts, strict=True)
    ]
    events: list[Event] = []
    for day in zip(*(person.events(what) for person in people), strict=True):
        events += day if rng.random() < 0.5 else day[::-1]
    return Diary(user, voice, what, (a, b), (people[0], people[1]), Log(tuple(events)))


def _days(count: int, days: int, acts: tuple[str, str], a_first: bool, rng: np.random.Generator) -> tuple[str, ...]:
    """`count` days of the first act; the first and the last day differ."""
    a, b = acts
    middle = [a] * (count - 1) + [b] * (days - count - 1)
    ends = (a, b) if a_first else (b, a)
    return (ends[0], *(str(act) for act in rng.permutation(middle)), ends[1])
