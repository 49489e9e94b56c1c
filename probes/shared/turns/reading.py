"""A user turn beside the query and the answer it follows: everything the rules look at, each computed once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from probes.shared.turns import phrases
from probes.shared.turns.text import content, shared, stem, words


def known(one: str, stems: list[str]) -> bool:
    """Whether a stem, or a longer or shorter form of it, is among `stems`."""
    return any(one == other or (min(len(one), len(other)) >= 5 and (one in other or other in one)) for other in stems)


@dataclass(frozen=True)
class Reading:
    """A user turn beside the query and the answer it follows, with what the rules look at."""

    turn: str
    query: str
    answer: str

    @cached_property
    def text(self) -> str:
        """The turn up to the first line in which somebody else starts to speak."""
        return phrases.ROLE_LINE.split(self.turn.strip(), maxsplit=1)[0].strip()

    @cached_property
    def words(self) -> list[str]:
        """Lower-case words of the turn."""
        return words(self.text)

    @cached_property
    def content(self) -> list[str]:
        """Content stems of the turn."""
        return content(self.text)

    @cached_property
    def grounded(self) -> float:
        """Share of the turn's content that occurs in query or answer."""
        return shared(self.content, content(self.query) + content(self.answer))

    @cached_property
    def uptake(self) -> int:
        """How many different content stems come from the answer and not from the query."""
        return len({one for one in set(self.content) & set(content(self.answer)) if not known(one, self.asked)})

    @cached_property
    def asked(self) -> list[str]:
        """Content stems of the query."""
        return content(self.query)

    @cached_property
    def points_back(self) -> bool:
        """Whether it refers to what was said without naming it (`why?`, `your second point`, `does that ...`)."""
        return self.fresh(phrases.POINTS_BACK) and not phrases.ARTEFACT.search(self.text.lower())

    def fresh(self, pattern: re.Pattern[str]) -> bool:
        """Whether the turn has a phrase that the query has not."""
        before, now = ({match.group() for match in pattern.finditer(text.lower())} for text in (self.query, self.text))
        return bool(now - before)

    @cached_property
    def names_known(self) -> bool:
        """Whether a definite noun (`the train`, `my printer`) is one that query or answer brought up."""
        named = {stem(word) for word in phrases.DEFINITE.findall(self.text.lower())}
        return bool(named & set(self.asked + content(self.answer)))

    @cached_property
    def replies(self) -> bool:
        """Whether the answer ends in a question and the turn could be the reply to it."""
        asked = self.answer.rstrip().endswith("?")
        return asked and (bool(phrases.REPLY.match(self.text.lower())) or (self.user_voice and not self.asks))

    @cached_property
    def asks(self) -> bool:
        """Whether it asks or requests something."""
        return "?" in self.text or bool(phrases.REQUEST.search(self.text.lower()))

    @cached_property
    def user_voice(self) -> bool:
        """Whether it asks, requests, objects or speaks of the writer."""
        return self.asks or bool(phrases.FIRST_PERSON.search(self.text.lower()))
