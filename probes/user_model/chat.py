"""Group chats in which an assistant has one of five causes to join in, or none.

Six chats of a square have the same five lines, one about each matter. In five of them one line is live: an open
question, a mistake, an insult, a secret given away, an agreement; in the others it is idle and has the same content
words otherwise. The sixth chat is idle throughout. So every matter's words stand in every chat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from probes.core.transcript import Transcript
from probes.shared.world import Square, Tongue, names, tongue

CAUSES = ("question", "mistake", "quarrel", "secret", "date", "none")
"""Causes to join in, in the order of the rows and of the responses; `none` calls for silence."""
SILENT = CAUSES.index("none")
STANDINGS = ("open", "settled", "crossed", "named")
"""What becomes of the cause: a remark follows, somebody has dealt with it, or with another one, which does not stand in
the chat, or an idle chat is followed by its name."""
APART = 3
"""By how many causes the one comes later that is dealt with in a crossed chat."""
MEMBERS = 4
"""Three who write the five lines, and one who writes the last."""


@dataclass(frozen=True)
class Chat:
    """Six chats and six responses.

    Parameters
    ----------
    square : int
        The independent unit.
    language : str
    order : tuple of str
        Matters in the order of their lines.
    versions : tuple of int
        Which sentence about each of them.
    speakers : tuple of (str, str)
        Who writes each line, and whom it is to; the last pair is that of the line at the end.
    remark : int
        Which remark stands at the end.
    """

    square: int
    language: str
    order: tuple[str, ...]
    versions: tuple[int, ...]
    speakers: tuple[tuple[str, str], ...]
    remark: int

    @property
    def words(self) -> Tongue:
        """The tongue of chats."""
        return tongue("chat", self.language)

    def facts(self) -> dict[str, str | int]:
        """The columns a chat brings to a record."""
        return {"square": self.square, "language": self.language}

    def _line(self, at: int, text: str) -> str:
        who, other = self.speakers[at]
        return self.words.phrase("line", who=who, text=text.format(other=other))

    def _text(self, cause: str, name: str) -> str:
        """The sentence about a matter that is live, idle or settled."""
        version = self.versions[self.order.index(cause)]
        return str(self.words.variables[cause]["phrases"][name][version])

    def lines(self, cause: str, standing: str) -> list[str]:
        """One chat; where the cause is to be named, all of its lines are idle."""
        open_ = cause if standing != "named" else "none"
        told = [
            self._line(at, self._text(what, "live" if what == open_ else "idle")) for at, what in enumerate(self.order)
        ]
        return [*told, self._line(len(self.order), self._last(cause, standing))]

    def _last(self, cause: str, standing: str) -> str:
        """What ends a chat. Settled and crossed chats of a square end with the same five sentences."""
        if cause == "none" or standing not in ("settled", "crossed"):
            return self.words.phrase("remark", self.remark)
        at = CAUSES.index(cause) + APART * (standing == "crossed")
        return self._text(CAUSES[at % SILENT], "settled")

    def asked(self, cause: str, standing: str) -> Transcript:
        """The chat, and what the assistant writes."""
        ask = self.words.phrase("ask")
        if standing == "named":
            ask = f"{self.words.phrase('named', 0, cause)} {ask}"
        lines = "\n".join(self.lines(cause, standing))
        return Transcript().user(f"{self.words.phrase('setting')}\n\n{lines}\n\n{ask}")

    def posed(self, standing: str) -> Square:
        """The six chats as a square."""
        responses = tuple(self.words.phrase("response", 0, cause) for cause in CAUSES)
        return Square(tuple(self.asked(cause, standing) for cause in CAUSES), responses)


def chats(count: int, seed: int = 0, language: str = "en") -> Iterator[Chat]:
    """`count` squares of chats; sentences, speakers and orders are drawn."""
    rng, words = np.random.default_rng(seed), tongue("chat", language)
    for number in range(count):
        members = names(MEMBERS, rng)
        order = tuple(CAUSES[int(at)] for at in rng.permutation(SILENT))
        versions = tuple(int(rng.integers(len(words.variables[what]["phrases"]["live"]))) for what in order)
        speakers = (*(_two(members[1:], rng) for _ in order), (members[0], members[1]))
        yield Chat(number, language, order, versions, speakers, int(rng.integers(len(words.phrases["remark"]))))


def _two(members: Sequence[str], rng: np.random.Generator) -> tuple[str, str]:
    who, other = (str(name) for name in rng.choice(members, 2, replace=False))
    return who, other
