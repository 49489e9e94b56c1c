"""A voice tells a log in the words of one language, one wording and one form, and reads such a text back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from probes.core.transcript import Transcript
from probes.shared.world.log import Event, Log
from probes.shared.world.tongue import Tongue, tongue
from probes.shared.world.turns import noted

FORMS = ("says", "colon", "xml", "turns")
"""Serialisations: a list of dated sentences, a list with colons, tags, and one user turn a day with a note after it."""
NARRATED = ("did",)
"""Channels told in the third person; the others are somebody's speech."""
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Voice:
    """How a log is put into words.

    Parameters
    ----------
    family : str
        Name of a tongue's family.
    language : str
        One of `LANGUAGES`.
    wording : int
        Which of the tongue's wordings.
    form : str
        One of `FORMS`.
    speaker : str
        Who speaks in the first person; needed for what is told about others, and to read `turns` back.

    Examples
    --------
    >>> log = Log((Event(3, "Ada", "breakfast", "tea"),))
    >>> Voice("kitchen").text(log)
    'Day 3: Ada drank tea at breakfast.'
    >>> Voice("kitchen").read(Voice("kitchen").text(log)) == log
    True
    """

    family: str
    language: str = "en"
    wording: int = 0
    form: str = "says"
    speaker: str = ""

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"form {self.form!r} is not one of {', '.join(FORMS)}")

    @property
    def tongue(self) -> Tongue:
        """The words behind it."""
        return tongue(self.family, self.language)

    def facts(self) -> dict[str, str | int]:
        """The columns a voice brings to a record."""
        return {"family": self.family, "language": self.language, "wording": self.wording, "form": self.form}

    def sentence(self, event: Event) -> str:
        """The event in words, without date, speaker and full stop."""
        wordings = self.tongue.variables[event.what]["channels"][event.channel]
        label = self.tongue.label(event.what, event.value)
        return str(wordings[self.wording % len(wordings)]).format(who=event.who, value=label)

    def line(self, event: Event) -> str:
        """The event as a line of this form."""
        spoken = event.channel not in NARRATED
        who = self.speaker or event.who
        if spoken and event.channel == "told" and who == event.who:
            raise ValueError(f"{event.who}'s {event.what} is told by somebody else: the voice needs a speaker")
        frame = self.tongue.frames[self.form]["spoken" if spoken else "narrated"]
        return frame.format(time=event.time, who=who, text=self.sentence(event))

    def text(self, log: Log) -> str:
        """The log as lines."""
        return "\n".join(self.line(event) for event in log)

    def tell(self, log: Log, to: Transcript | None = None) -> Transcript:
        """A conversation with the log told in it: one user turn, or in `turns` one a day, each with a note after it."""
        conversation = to or Transcript()
        if self.form != "turns":
            return conversation.user(self.text(log))
        return noted(self.days(log), self.language, conversation)

    def days(self, log: Log) -> list[str]:
        """The log as texts, one a day."""
        return ["\n".join(map(self.line, day)) for _, day in groupby(log, key=lambda event: event.time)]

    def read(self, source: str | Transcript) -> Log:
        """The log that a text or a conversation tells, in whatever wording; other lines are passed over."""
        texts = [source] if isinstance(source, str) else [turn.text for turn in source if turn.role == "user"]
        lines = [line for text in texts for line in text.split("\n")]
        return Log(tuple(event for line in lines for event in self._parsed(line)))

    def _parsed(self, line: str) -> Iterator[Event]:
        """The one event of a line, or none. ValueError where a line could mean two."""
        events = set()
        for pattern, what, channel, values in _patterns(self.family, self.language, self.form):
            if match := pattern.fullmatch(line):
                slots = match.groupdict()
                who = slots.get("who") or slots.get("speaker") or self.speaker
                events.add(Event(int(slots["time"]), who, what, values[slots["value"]], channel))
        if len(events) > 1:
            raise ValueError(f"the line {line!r} can be read in {len(events)} ways")
        return iter(events)


@cache
def _patterns(family: str, language: str, form: str) -> list[tuple[re.Pattern[str], str, str, dict[str, str]]]:
    """(pattern of a line, variable, channel, label -> value) of every sentence that the family can say."""
    words = tongue(family, language)
    patterns = []
    for what, variable in words.variables.items():
        values = {str(label): key for key, label in variable["values"].items()}
        for channel, wordings in variable["channels"].items():
            frame = words.frames[form]["narrated" if channel in NARRATED else "spoken"]
            for wording in wordings:
                sentence = _compiled(wording, "who", values)
                text = _compiled(frame, "speaker", values).replace(r"(?P<text>.+)", sentence)
                patterns.append((re.compile(text), what, channel, values))
    return patterns


def _compiled(template: str, who: str, values: dict[str, str]) -> str:
    """A template as a regular expression; `{who}` becomes the group of that name."""
    groups = {
        "time": r"(?P<time>\d+)",
        "who": rf"(?P<{who}>[A-ZÀ-ÖØ-Þ][\w-]*)",
        "value": f"(?P<value>{'|'.join(map(re.escape, sorted(values, key=len, reverse=True)))})",
        "text": r"(?P<text>.+)",
    }
    parts = _SLOT.split(template)
    return "".join(groups[part] if at % 2 else re.escape(part) for at, part in enumerate(parts))
