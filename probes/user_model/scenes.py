"""Scenes of `rooms`, drawn so that first and last rooms, places and names say nothing about who knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from probes.shared.world import Voice, names
from probes.user_model.rooms import Scene, Step

TRADES = ("before", "after")
"""When the two actors trade rooms: before or after the second announcement."""
_Item = TypeVar("_Item")


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
