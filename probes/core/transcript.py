"""Turns of a conversation, immutable: built by chaining, edited into new transcripts, never in place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from json.encoder import encode_basestring_ascii

ROLES = ("system", "user", "assistant")


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation.

    Parameters
    ----------
    role : {"system", "user", "assistant"}
        Who speaks.
    text : str
        What is said. Control tokens in it are read as plain text.
    closed : bool
        Whether the template's end-of-turn mark follows.

    Raises
    ------
    ValueError
        For another role.
    TypeError
        For a text that is no str.

    Examples
    --------
    >>> Turn("user", "2+2?").closed
    True
    """

    role: str
    text: str
    closed: bool = True

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"role {self.role!r} is not one of {', '.join(ROLES)}")
        if not isinstance(self.text, str):
            raise TypeError(f"the text of a {self.role} turn must be a str, not {type(self.text).__name__}")

    def canonical(self) -> str:
        """JSON of role, text and `closed`, ASCII only."""
        return f'["{self.role}", {encode_basestring_ascii(self.text)}, {"true" if self.closed else "false"}]'


@dataclass(frozen=True)
class Transcript:
    """A conversation so far. It is never changed: each method returns a new transcript.

    Parameters
    ----------
    turns : tuple of Turn
        The turns, oldest first.

    Raises
    ------
    ValueError
        For a role that is not `system`, `user` or `assistant`.

    Examples
    --------
    >>> talk = Transcript().user("2+2?").assistant("4.")
    >>> [turn.role for turn in talk]
    ['user', 'assistant']
    >>> len(talk.user("And 3+3?")), len(talk)
    (3, 2)
    """

    turns: tuple[Turn, ...] = ()

    def add(self, role: str, text: str, closed: bool = True) -> Transcript:
        """The transcript with one more turn."""
        return Transcript((*self.turns, Turn(role, text, closed)))

    def system(self, text: str) -> Transcript:
        """With one more system turn."""
        return self.add("system", text)

    def user(self, text: str) -> Transcript:
        """With one more user turn."""
        return self.add("user", text)

    def assistant(self, text: str, closed: bool = True) -> Transcript:
        """With one more assistant turn; `closed=False` leaves out its end-of-turn mark."""
        return self.add("assistant", text, closed)

    def __len__(self) -> int:
        return len(self.turns)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self.turns)

    def messages(self) -> list[dict[str, str]]:
        """Role and content dictionaries, the form chat templates read."""
        return [{"role": turn.role, "content": turn.text} for turn in self.turns]

    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all turns."""
        form = ", ".join(turn.canonical() for turn in self.turns)
        return hashlib.sha256(f"[{form}]".encode()).hexdigest()

    # Edits. Each returns a new transcript; positions count turns from 0, negative ones from the end.

    def replace(self, position: int, text: str, closed: bool | None = None) -> Transcript:
        """With the text of one turn exchanged."""
        turns = list(self.turns)
        old = turns[position]
        turns[position] = replace(old, text=text, closed=old.closed if closed is None else closed)
        return Transcript(tuple(turns))

    def drop(self, position: int) -> Transcript:
        """Without one turn."""
        turns = list(self.turns)
        del turns[position]
        return Transcript(tuple(turns))

    def truncate(self, position: int, fraction: float, closed: bool = True) -> Transcript:
        """With one turn cut to a fraction of its words (at least one word, 0 < fraction <= 1)."""
        if not 0 < fraction <= 1:
            raise ValueError(f"fraction must lie in (0, 1], got {fraction}")
        words = self.turns[position].text.split(" ")
        kept = " ".join(words[: max(1, round(len(words) * fraction))])
        return self.replace(position, kept, closed)

    def omit(self, role: str, placeholder: str) -> Transcript:
        """With every turn of a role replaced by a placeholder (the roles keep alternating)."""
        return Transcript(tuple(replace(turn, text=placeholder) if turn.role == role else turn for turn in self.turns))

    def under(self, persona: str) -> Transcript:
        """With a persona as system turn, put before an existing system text."""
        if not persona:
            return self
        if self.turns and self.turns[0].role == "system":
            return self.replace(0, f"{persona}\n\n{self.turns[0].text}")
        return Transcript((Turn("system", persona), *self.turns))
