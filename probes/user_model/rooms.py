"""Scenes in which rooms decide who hears what: who knows where a thing is follows from the log alone.

All actors hear in the hall where a thing is. Then they part into two rooms, and in one of them the speaker says it
again. One of two actors hears that, the other does not; they trade rooms, in every other scene before the speaker says
it and else after. So whoever goes by an actor's first room, or by the last one, is right about half of the scenes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from probes.core import Choose
from probes.core.transcript import Transcript
from probes.shared.world import Event, Log, Voice, names, tongue

TRADES = ("before", "after")
"""When the two actors trade rooms: before or after the second announcement."""
_Item = TypeVar("_Item")
Step = tuple[str, str, str]
"""Who, a variable of the tongue `rooms`, and its value."""


@dataclass(frozen=True)
class Scene:
    """Actors, a thing, and what is done and said.

    Parameters
    ----------
    scene : int
        The independent unit.
    people : tuple of str
        Everybody, in the order in which they are introduced.
    speaker : str
        Who announces both times where the thing is.
    asked : (str, str)
        The two actors who trade rooms.
    prop : str
        The thing, a variable of the tongue `rooms`.
    values : (str, str)
        Two places for it.
    steps : tuple of Step
        One a line; the value of the two announcements is filled in by `log`.
    props, since : int
        Things that are announced at all, and lines after the second announcement of this one.
    trade : str
        One of `TRADES`.
    """

    scene: int
    voice: Voice
    people: tuple[str, ...]
    speaker: str
    asked: tuple[str, str]
    prop: str
    values: tuple[str, str]
    steps: tuple[Step, ...]
    props: int
    since: int
    trade: str

    @property
    def lines(self) -> tuple[int, ...]:
        """Numbers of the two lines that announce the thing."""
        return tuple(number for number, (_, what, _) in enumerate(self.steps, 1) if what == self.prop)

    def log(self, first: int, second: int) -> Log:
        """The scene with place 0 or 1 in the first and in the second announcement."""
        now = dict(zip(self.lines, (self.values[first], self.values[second]), strict=True))
        return witnessed([(who, what, now.get(at, value)) for at, (who, what, value) in enumerate(self.steps, 1)],
                         self.people)  # fmt: skip

    def follows(self, who: str) -> int:
        """Which announcement an actor goes by, 0 or 1: computed from the ledger of the twin in which they differ."""
        return self.values.index(self.log(0, 1).about(self.prop).belief(who))

    def thinks(self, who: str) -> str:
        """The beginning of a sentence about where an actor takes the thing to be."""
        return self.voice.tongue.phrase("thinks", self.voice.wording, self.prop, who=who)

    def said(self, announcement: int) -> str:
        """The beginning of a sentence about what one of the two announcements says."""
        return self.voice.tongue.phrase("line", 0, self.prop, line=self.lines[announcement], who=self.speaker)

    def question(self, stem: str, first: int, second: int) -> Choose:
        """A sentence to be completed with one of the places, under the scene."""
        *others, last = self.people
        setting = self.voice.tongue.phrase("setting", others=", ".join(others), last=last)
        asked = tongue("assistant", self.voice.language).phrase("complete", stem=stem)
        shown = Transcript().user(f"{setting}\n{self.voice.text(self.log(first, second))}\n\n{asked}")
        return Choose(shown, {f" {self.voice.tongue.label(self.prop, v)}": v for v in self.values}, prefill=stem)

    def facts(self) -> dict[str, str | int]:
        """The columns a scene brings to a record."""
        return {"scene": self.scene, **self.voice.facts(), "prop": self.prop, "actors": len(self.people),
                "props": self.props, "since": self.since, "trade": self.trade}  # fmt: skip


def witnessed(steps: Sequence[Step], people: Sequence[str]) -> Log:
    """The events of some steps, each with everybody in the same room as its audience; all begin in one room."""
    where, events = dict.fromkeys(people, ""), []
    for time, (who, what, value) in enumerate(steps, start=1):
        if what == "room":
            where[who] = value
        here = frozenset(name for name in people if where[name] == where[who])
        events.append(Event(time, who, what, value, "did" if what == "room" else "said", here))
    return Log(tuple(events))


def scenes(
    count: int, actors: Sequence[int], props: Sequence[int], since: Sequence[int], seed: int = 0, language: str = "en"
) -> Iterator[Scene]:
    """`count` scenes, an even number: trades alternate, then distances, then actors; numbers of things cycle.

    ValueError for an odd count, fewer than three actors, no or more than three things, or lines outside 2 to 10.
    """
    if count < 2 or count % 2:
        raise ValueError(f"scenes come in pairs that trade rooms before and after, got {count}")
    if min(actors) < 3 or min(props) < 1 or max(props) > 3 or not 2 <= min(since) <= max(since) <= 10:
        raise ValueError("a scene needs at least 3 actors, 1 to 3 things and 2 to 10 lines since the announcement")
    rng = np.random.default_rng(seed)
    for number in range(count):
        trade, turn = TRADES[number % 2], number // 2
        distance, round_ = since[turn % len(since)], turn // len(since)
        size = actors[round_ % len(actors)]
        things = props[(number + turn + round_) % len(props)]
        yield _scene(number, size, things, distance, trade, language, rng)


@dataclass(frozen=True)
class _Cast:
    """Who is who in a scene; whoever is not asked about may announce other things and make remarks."""

    speaker: str
    hears: str
    misses: str
    rest: tuple[str, ...]

    @property
    def talkers(self) -> tuple[str, ...]:
        return (self.speaker, *self.rest)

    def rooms(self, here: str, there: str, trade: str) -> list[list[Step]]:
        """Everybody's way out of the hall into one of two rooms, and the trade of the two actors."""
        traded = [(self.hears, "room", here), (self.misses, "room", there)]
        early = [(self.hears, "room", there), (self.misses, "room", here)]
        if trade == "after":
            traded, early = early, traded
        rest = [(who, "room", (there, here)[at % 2]) for at, who in enumerate(self.rest)]
        return [[(self.speaker, "room", here), *early, *rest], traded]


def _scene(number: int, size: int, things: int, since: int, trade: str, language: str,
           rng: np.random.Generator) -> Scene:  # fmt: skip
    voice, people = Voice("rooms", language, int(rng.integers(2)), form="colon"), tuple(names(size, rng))
    words = voice.tongue
    speaker, hears, misses, *rest = _shuffled(people, rng)
    cast = _Cast(speaker, hears, misses, tuple(rest))
    props = _shuffled([what for what in words.variables if what not in ("room", "remark")], rng)[:things]
    places = _shuffled(words.values(props[0]), rng)
    pairs = {prop: (places[2 * at], places[2 * at + 1]) for at, prop in enumerate(props)}
    here, there, *_ = _shuffled(words.values("room"), rng)
    remarks = [(_one(cast.talkers, rng), "remark", one) for one in _shuffled(words.values("remark"), rng)[:since]]
    again = (speaker, props[0], pairs[props[0]][0])
    opening, later = ([(_one(cast.talkers, rng), prop, pairs[prop][turn]) for prop in props[1:]] for turn in (0, 1))
    parting, traded = (_shuffled(moves, rng) for moves in cast.rooms(here, there, trade))
    around = (traded, remarks) if trade == "before" else (remarks[:2], [*traded, *remarks[2:]])
    steps = (*_shuffled([again, *opening], rng), *parting, *later, *around[0], again, *around[1])
    asked = tuple(_shuffled((hears, misses), rng))
    return Scene(number, voice, people, speaker, (asked[0], asked[1]), props[0], pairs[props[0]], steps, things, since,
                 trade)  # fmt: skip


def _shuffled(items: Sequence[_Item], rng: np.random.Generator) -> list[_Item]:
    return [items[int(at)] for at in rng.permutation(len(items))]


def _one(items: Sequence[_Item], rng: np.random.Generator) -> _Item:
    return items[int(rng.integers(len(items)))]
