"""Diaries of two people in which counting tells the answer and no single line does.

Ada does one of two things on each of n days, a on k of them; Ben does a on n - k. With a uniform prior over a habit's
rate the next act is a with probability (k + 1) / (n + 2) for Ada, and with the complement for Ben. In a block of 16
diaries k takes 1, 2, n - 2 and n - 1 equally often; the first and the last line of each person differ, in both orders
equally often and independently. So whoever reads only the first or the last line, of the diary or of the person,
counts without looking at names, or always says the same, is right half the time and has slope 0 on the exact log-odds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from probes.shared.world import Belief, Event, Log, Person, Voice, families, habit, names, tongue

BLOCK = 16
"""Diaries of a balanced block: four counts x two orders of the first person x two orders of the second."""
LINES = ("plain", "noise", "shuffled")
"""A diary as it is; with one line in four about something else; with names exchanged so that they tell nothing."""
NOISE = 0.25
"""Share of the lines that are about something else, where some are."""


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
    noise : tuple of (int, str)
        Lines about something else that the two did, and the day after which each would stand.
    exchanged : tuple of int
        Days on which the two names would be exchanged, so that both people would do each act equally often.
    """

    user: str
    voice: Voice
    what: str
    values: tuple[str, str]
    people: tuple[Person, Person]
    log: Log
    noise: tuple[tuple[int, str], ...] = ()
    exchanged: tuple[int, ...] = ()

    def told(self, until: int | None = None, lines: str = "plain") -> list[str]:
        """The days before `until` as texts, in one of `LINES`."""
        log = self.log if until is None else self.log.before(until)
        days = self.voice.days(self._exchanged(log) if lines == "shuffled" else log)
        more = self.noise if lines == "noise" else ()
        return ["\n".join([day, *(line for at, line in more if at == n)]) for n, day in enumerate(days, 1)]

    def _exchanged(self, log: Log) -> Log:
        one, two = (person.name for person in self.people)
        other = {one: two, two: one}
        return Log(tuple(replace(e, who=other[e.who]) if e.time in self.exchanged else e for e in log))

    def belief(self, who: str, until: int | None = None, lines: str = "plain") -> Belief:
        """Exact belief about a person's next act, from all lines or from those of the days before `until`."""
        log = self._exchanged(self.log) if lines == "shuffled" else self.log
        return habit(log if until is None else log.before(until), self.what, who, self.values)

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
    rng, side = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    kinds = families("diary", language)
    cells = list(product((1, 2, days - 2, days - 1), (True, False), (True, False)))
    for at in range(count):
        block, place = divmod(at, BLOCK)
        k, *starts = cells[place]
        turn = at + block
        voice, elsewhere = (
            Voice(kinds[(turn + more) % len(kinds)], language, turn // len(kinds) % 2) for more in (0, 1)
        )
        diary = _diary(f"user-{at}", voice, k, starts, days, rng)
        yield replace(diary, noise=_noise(diary, elsewhere, side), exchanged=_days_exchanged(diary, side))


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


def _noise(diary: Diary, voice: Voice, rng: np.random.Generator) -> tuple[tuple[int, str], ...]:
    """What the two did in another variable, on days drawn."""
    count = round(len(diary.log) * NOISE / (1 - NOISE))
    what = next(iter(voice.tongue.variables))
    drawn = sorted(int(day) for day in rng.integers(1, diary.days + 1, count))
    events = (Event(day, diary.people[int(rng.integers(2))].name, what, str(rng.choice(voice.tongue.values(what))))
              for day in drawn)  # fmt: skip
    return tuple((event.time, voice.line(event)) for event in events)


def _days_exchanged(diary: Diary, rng: np.random.Generator) -> tuple[int, ...]:
    """Days between the ends on which the names are to be exchanged for both people to do each act equally often."""
    ours, theirs = (np.array(person.habits[diary.what]) == diary.values[0] for person in diary.people)
    more = 1 if ours.sum() > theirs.sum() else -1
    tells = [day for day in range(2, diary.days) if int(ours[day - 1]) - int(theirs[day - 1]) == more]
    return tuple(sorted(rng.choice(tells, abs(int(ours.sum()) - int(theirs.sum())) // 2, replace=False).tolist()))
