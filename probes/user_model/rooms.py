"""A scene in which rooms decide who hears what: who knows where a thing is follows from the log alone.

All actors hear in the hall where a thing is. Then they part into two rooms, and in one of them the speaker says it
again. One of two actors hears that, the other does not; they trade rooms, in every other scene before the speaker says
it and else after. So whoever goes by an actor's first room, or by the last one, is right about half of the scenes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from probes.core import Choose
from probes.core.transcript import Transcript
from probes.shared.world import Event, Log, Voice, tongue

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
        When the two actors trade rooms: `before` or `after` the second announcement.
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
