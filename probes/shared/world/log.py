"""Events and logs: what happened, who did it, who learnt of it. Every text and every truth is made from a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from probes.shared.world.ledger import Entry, Ledger

CHANNELS = ("did", "said", "recalled", "told", "asked", "refused", "accepted")
"""How an event reached the log: an act, a statement of the person's own present or former value, a statement about
somebody else, and the three moves around an offer."""
PRESENT = ("did", "said", "told")
"""Channels whose newest event holds now; what is recalled, asked, refused or accepted changes no value."""


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Parameters
    ----------
    time : int
        Day, from 1.
    who : str
        The person whose act or value it is, who need not be the person who speaks of it.
    what : str
        Name of a variable of the tongue's family, such as `breakfast`.
    value : str
        Key of one of that variable's values; the same in every language.
    channel : str
        One of `CHANNELS`.
    audience : frozenset of str
        Who learnt of it; empty means everybody.
    """

    time: int
    who: str
    what: str
    value: str
    channel: str = "did"
    audience: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS:
            raise ValueError(f"channel {self.channel!r} is not one of {', '.join(CHANNELS)}")


@dataclass(frozen=True)
class Log:
    """Events in the order in which they are told.

    Examples
    --------
    >>> log = Log((Event(1, "Ada", "breakfast", "tea"), Event(2, "Ada", "breakfast", "coffee")))
    >>> log.current("breakfast", "Ada"), log.before(2).current("breakfast", "Ada")
    ('coffee', 'tea')
    """

    events: tuple[Event, ...] = ()

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def __add__(self, other: Log) -> Log:
        return Log((*self.events, *other.events))

    def where(self, keep: Callable[[Event], bool]) -> Log:
        """The events for which `keep(event)` holds."""
        return Log(tuple(event for event in self.events if keep(event)))

    def seen_by(self, name: str) -> Log:
        """What one person learnt: their own events, those of everybody's knowledge, those they were the audience of."""
        return self.where(lambda event: not event.audience or name in event.audience or name == event.who)

    def before(self, time: int) -> Log:
        """The events of earlier days."""
        return self.where(lambda event: event.time < time)

    def values(self, what: str, of: str) -> tuple[str, ...]:
        """A person's values of a variable in the order of the log, present ones only."""
        return tuple(e.value for e in self.events if e.what == what and e.who == of and e.channel in PRESENT)

    def current(self, what: str, of: str) -> str:
        """The value that holds at the end. ValueError where the log has none."""
        values = self.values(what, of)
        if not values:
            raise ValueError(f"the log says nothing of {of}'s {what}")
        return values[-1]

    def about(self, what: str) -> Ledger:
        """Who learnt which value of a variable, whoever's it is: what beliefs about beliefs are computed from.

        An event without an audience is known to everybody whom the log names. ValueError where the log has none.
        """
        everybody = frozenset(name for event in self.events for name in (event.who, *event.audience))
        entries = [
            Entry(event.time, event.value, event.audience | {event.who} if event.audience else everybody, "saw")
            for event in self.events
            if event.what == what and event.channel in PRESENT
        ]
        if not entries:
            raise ValueError(f"the log says nothing of {what}")
        return Ledger(tuple(entries))

    def swapped(self, a: str, b: str) -> Log:
        """With two names, or two values, exchanged throughout; twice is the identity."""
        turn = {a: b, b: a}
        return Log(
            tuple(
                replace(
                    event,
                    who=turn.get(event.who, event.who),
                    value=turn.get(event.value, event.value),
                    audience=frozenset(turn.get(name, name) for name in event.audience),
                )
                for event in self.events
            )
        )

    def public(self) -> Log:
        """Without audiences: what a text can show, and so what can be read back from it."""
        return Log(tuple(replace(event, audience=frozenset()) for event in self.events))

    def facts(self) -> dict[str, int]:
        """The columns a log brings to a record."""
        return {"events": len(self.events), "days": max((event.time for event in self.events), default=0)}
