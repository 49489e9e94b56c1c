"""A logged conversation in rounds, and a case of one reply with two possible next messages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.core import Scalar
from probes.core.transcript import Transcript
from probes.shared.conversations.turns import turn_type


@dataclass(frozen=True)
class Round:
    """One user message and the logged reply to it.

    `needs` says what of the past a reply needs: `nothing`, earlier `user` messages, or earlier `assistant` replies;
    `answers` are the accepted answers (empty: not checkable); `reference` is the right reply where the logged one
    holds a planted error.
    """

    user: str
    assistant: str
    type: str
    needs: str = ""
    answers: tuple[str, ...] = ()
    reference: str = ""

    @property
    def right(self) -> str:
        """The right reply."""
        return self.reference or self.assistant

    @property
    def planted(self) -> bool:
        """Whether the logged reply holds a planted error."""
        return bool(self.reference)

    def answered(self, text: str) -> bool:
        """Whether a text holds an accepted answer as whole words (plural endings allowed), in any case."""
        normalised = " ".join(text.casefold().split())
        return any(
            re.search(rf"(?<!\w){re.escape(answer.casefold())}(s|es)?(?!\w)", normalised) for answer in self.answers
        )


@dataclass(frozen=True)
class Conversation:
    """A logged conversation of user and assistant rounds."""

    id: str
    kind: str
    rounds: tuple[Round, ...]
    topic: str = ""

    def __len__(self) -> int:
        return len(self.rounds)

    def before(self, number: int) -> Transcript:
        """Everything before the reply of round `number` (from 1): it ends with that round's user turn."""
        transcript = Transcript()
        for item in self.rounds[: number - 1]:
            transcript = transcript.user(item.user).assistant(item.assistant)
        return transcript.user(self.rounds[number - 1].user)

    def said(self, number: int) -> str:
        """All that was said before the user turn of round `number` (from 1), as one text."""
        return " ".join(f"{item.user} {item.assistant}" for item in self.rounds[: number - 1])

    def facts(self) -> dict[str, Scalar]:
        """The columns a conversation brings to a record."""
        return {"conversation": self.id, "kind": self.kind, "topic": self.topic, "rounds": len(self.rounds)}

    def round_facts(self, number: int) -> dict[str, Scalar]:
        """What is known of round `number` (from 1): turn type by author and by rule, need, check, error, lengths."""
        item, before = self.rounds[number - 1], self.before(number)
        return {
            "round": number,
            "type": item.type,
            "rule_type": turn_type(item.user, self.said(number)),
            "needs": item.needs,
            "checkable": bool(item.answers),
            "planted": item.planted,
            "user_chars": sum(len(turn.text) for turn in before if turn.role == "user"),
            "assistant_chars": sum(len(turn.text) for turn in before if turn.role == "assistant"),
        }


@dataclass(frozen=True)
class Case:
    """A prompt, a reply, and two next messages: one about the reply (`constrain` or `reinforce`), one about nothing."""

    id: str
    tag: str
    prompt: str
    reply: str
    feedback: str
    unrelated: str

    def facts(self) -> dict[str, str]:
        """The columns a case brings to a record."""
        return {"case": self.id, "tag": self.tag}
