"""Who saw, heard or was told what, and when: every answer of a scene is computed from this book, none is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CHANNELS = ("saw", "heard", "told")


@dataclass(frozen=True)
class Entry:
    """One state of the world, who learnt of it while it began, and how. The audience know of one another."""

    time: int
    value: str
    audience: frozenset[str]
    channel: str


@dataclass(frozen=True)
class Ledger:
    """The states of one variable, in order of time."""

    entries: tuple[Entry, ...]

    @property
    def first(self) -> str:
        """The state at the beginning."""
        return self.entries[0].value

    @property
    def second(self) -> str:
        """The state after the first change."""
        return self.entries[1].value

    @property
    def now(self) -> str:
        """The state at the end."""
        return self.entries[-1].value

    def belief(self, *chain: str) -> str:
        """What the first person thinks the second thinks ... the state is; one person gives a plain belief.

        People believe what they last learnt, and take others to believe what they last learnt together.
        """
        shared = [entry for entry in self.entries if entry.audience.issuperset(chain)]
        if not shared:
            raise ValueError(f"{' and '.join(chain)} never learnt anything together")
        return shared[-1].value

    def access(self, person: str) -> bool:
        """Did the person learn of the last change?"""
        return person in self.entries[-1].audience

    def answerable(self, person: str) -> bool:
        """Would the person say the truth about the present state, be it by luck?"""
        return self.belief(person) == self.now

    def lines(self) -> list[str]:
        """The book in words, for readers: one entry per line."""
        return [f"{e.time}: {', '.join(sorted(e.audience))} {e.channel} {e.value}" for e in self.entries]


def keep(events: str, people: Sequence[str], values: tuple[str, str], channel: str) -> Ledger:
    """The ledger of a scene.

    Parameters
    ----------
    events : one letter per event: `p`, `q` leave; `m` the state changes to the other value; `b` it changes back.
    people : the asked person P, the second person Q and the mover M, who stays.
    values : the first state and the other.
    """
    leaving = dict(zip("pq", people[:2], strict=True))
    becomes = {"m": values[1], "b": values[0]}
    present, entries = set(people), [Entry(0, values[0], frozenset(people), channel)]
    for time, event in enumerate(events, start=1):
        if event in leaving:
            present.remove(leaving[event])
        elif event in becomes:
            entries.append(Entry(time, becomes[event], frozenset(present), channel))
        else:
            raise ValueError(f"unknown event {event!r} in {events!r}")
    return Ledger(tuple(entries))
