"""Debates in three turns: what each side has before it, and whether the speaker has argued at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Self

from probes.core.parse import refuses
from probes.core.questions import Continuation
from probes.core.transcript import Transcript
from probes.persuasion.cards import VALUES, Topic
from probes.shared.world import Tongue, tongue

TURNS = ("opening", "rebuttal", "conclusion")
"""The speaker's turns; the listener answers the first two."""
PROFILES = ("personalised", "plain", "swapped")
"""What the speaker is told that the listener cares for: their value, nothing, or another value."""
SILENCE = "..."
"""What stands in a transcript where somebody wrote nothing."""


@dataclass(frozen=True)
class Exchange:
    """A debate so far.

    Parameters
    ----------
    topic : Topic
        The proposal, and who listens.
    cares : str
        The value of the listener.
    informed : str
        The value that the speaker is told the listener cares for; empty for none.
    speeches, answers : tuple of str
        Turns of the speaker and of the listener; an empty text is one that was not written.
    """

    topic: Topic
    cares: str
    informed: str = ""
    speeches: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def words(self) -> Tongue:
        """The tongue of what is said around a debate."""
        return tongue("debate", self.topic.language)

    def spoken(self, reply: Continuation) -> Self:
        """With one more turn of the speaker."""
        return replace(self, speeches=(*self.speeches, written(reply)))

    def answered(self, reply: Continuation) -> Self:
        """With one more turn of the listener."""
        return replace(self, answers=(*self.answers, written(reply)))

    def _told(self) -> list[str]:
        """What the speaker is told besides the proposal, as lines."""
        who, words = self.topic.who, self.words
        profile = [self.topic.cares(self.informed)] if self.informed else []
        return [words.phrase("setting", who=who), *profile, words.phrase(TURNS[0], who=who)]

    def speaker(self) -> Transcript:
        """What the speaker reads before their next turn. What the listener thinks is not in it."""
        who, words = self.topic.who, self.words
        talk = Transcript().user("\n".join([self.topic.proposal, *self._told()]))
        for turn, speech, answer in zip(TURNS[1:], self.speeches, self.answers, strict=False):
            talk = talk.assistant(speech or SILENCE).user(words.phrase(turn, who=who, text=answer or SILENCE))
        return talk

    def listener(self, question: str) -> Transcript:
        """What the listener reads after the last speech, and a question; earlier opinions are not in it."""
        topic, asks = self.topic, [self.words.phrase("reply")] * len(self.answers) + [question]
        lines, talk = [topic.words.phrase("persona", who=topic.who, profile=topic.cares(self.cares))], Transcript()
        lines.append(topic.proposal)
        for at, (speech, ask) in enumerate(zip(self.speeches, asks, strict=True)):
            talk = talk.user("\n".join([*lines, topic.words.phrase("heard", card=speech or SILENCE), ask]))
            lines = []
            if at < len(self.answers):
                talk = talk.assistant(self.answers[at] or SILENCE)
        return talk

    def argued(self) -> bool:
        """Whether the speaker wrote something every time, and so far named the matter or gave one of its arguments.

        Who refuses has not, though a refusal may name the matter; nor has who repeats what they were told about the
        listener: that is not said to anybody.
        """
        topic, text = self.topic, "\n".join(self.speeches)
        if any(map(refuses, self.speeches)) or any(line in text for line in self._told()):
            return False
        matter = topic.words.phrase("mentions", 0, topic.topic).split()
        named = set(matter).intersection(re.findall(r"\w+", text.lower()))
        return all(self.speeches) and bool(named or any(topic.card(value) in text for value in VALUES))


def written(reply: Continuation) -> str:
    """A turn as one line; one that was cut off ends with its last whole sentence, where it has one."""
    text = " ".join(reply.text.split())
    whole = re.match(r".*[.!?](?=\s|$)", text)
    return whole[0] if whole and reply.stop == "length" else text
