"""A dialogue of a simulated user so far: what whoever writes the user reads, and what the other side reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from probes.core.questions import Continuation
from probes.core.transcript import Transcript
from probes.shared.turns.text import whole

CHANNELS = {"open": "user", "played": "assistant"}
"""How the user is written -> in whose turn: the open user turn, or the assistant's, asked to play a user."""
SILENCE = "..."
"""What stands in a transcript where somebody wrote nothing."""


@dataclass(frozen=True)
class Dialogue:
    """A dialogue so far.

    Parameters
    ----------
    user : User or Published
        Whose profile is shown.
    channel : str
        One of CHANNELS.
    form : str
        How the profile is shown: `none`, `list`, `prose`.
    turns, replies : tuple of str
        What the user wrote and what was answered; an empty text is one that was not written.
    """

    user: Any
    channel: str
    form: str = "list"
    turns: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        """Whose turn is open before the user's next one."""
        return CHANNELS[self.channel]

    def spoken(self, text: str) -> Self:
        """With one more turn of the user."""
        return replace(self, turns=(*self.turns, text))

    def answered(self, text: str) -> Self:
        """With one more reply."""
        return replace(self, replies=(*self.replies, text))

    def elsewhere(self, user: Any) -> Self:
        """The same dialogue with the profile of `user`, in the other channel and in other words.

        Whatever a prompt makes likelier, sense or nonsense, is likelier after that very prompt than after others: turns
        are judged after one that they were not written after.
        """
        (channel,) = (other for other in CHANNELS if other != self.channel)
        return replace(self, user=user, channel=channel, form="list" if self.form == "prose" else "prose")

    def seen(self) -> Transcript:
        """What is read before the user's next turn."""
        words, lines = self.user.words, self.user.lines(self.form)
        profile = [words["about"], *lines] if lines else []
        if self.channel == "open":
            talk = Transcript().system("\n".join([words["setting"], *profile]))
            for turn, reply in zip(self.turns, self.replies, strict=True):
                talk = talk.user(turn or SILENCE).assistant(reply or SILENCE)
            return talk
        talk = Transcript().user("\n".join([words["play"], *profile, words["first"]]))
        for turn, reply in zip(self.turns, self.replies, strict=True):
            talk = talk.assistant(turn or SILENCE).user(words["next"].format(text=reply or SILENCE))
        return talk

    def heard(self) -> Transcript:
        """What the other side reads after the user's last turn: no profile."""
        talk = Transcript().system(self.user.words["answer"])
        for turn, reply in zip(self.turns[:-1], self.replies, strict=True):
            talk = talk.user(turn or SILENCE).assistant(reply or SILENCE)
        return talk.user(self.turns[-1] or SILENCE)

    def scripted(self) -> str:
        """The written reply to the user's last turn, the same to whatever they wrote."""
        replies = self.user.words["replies"]
        return str(replies[(len(self.turns) - 1) % len(replies)])


def kept(reply: Continuation) -> str:
    """A written turn; one that was cut off ends with its last whole sentence, where it has one."""
    return (whole(reply.text) if reply.stop == "length" else reply.text).strip()
