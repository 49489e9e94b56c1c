"""Instrument (a): the class of a user turn from its words alone: overlap, role markers, repetition, stock phrases."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from probes.user_turn import phrases
from probes.user_turn.text import FUNCTION_WORDS, content, grams, looped, shared, stem, words

CLASSES = ("follow_up", "restatement", "carry_on", "unrelated", "thanks", "malformed")
"""In the order of the report; only the first counts as expecting something after the answer."""


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
        return len({one for one in set(self.content) & set(content(self.answer)) if not _known(one, self.asked)})

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
        before, now = ({found.group() for found in pattern.finditer(text.lower())} for text in (self.query, self.text))
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


def classify(turn: str, query: str, answer: str) -> str:
    """One of CLASSES; the first rule of `_RULES` that holds decides."""
    reading = Reading(turn, query, answer)
    for name, holds in _RULES:
        if holds(reading):
            return name
    return "unrelated"


def _malformed(r: Reading) -> bool:
    visible = [c for c in r.turn if not c.isspace()]
    if not r.words and not phrases.ROLE_LINE.match(r.turn.strip()):
        return True
    if phrases.TEMPLATE_MARK.search(r.turn) or looped(r.text):
        return True
    if sum(c.isalnum() for c in visible) < 0.5 * len(visible) or "\ufffd" in r.turn:
        return True
    known = sum(word in FUNCTION_WORDS for word in r.words) / max(len(r.words), 1)
    return len(r.words) >= 8 and known < 0.12 and r.grounded < 0.3


def _repeated(r: Reading) -> bool:
    """Nearly word for word: the same bag of words, or most neighbouring words from the query and not the answer."""
    if r.words and _same_words(r.words, words(r.query)) >= 0.8:
        return True
    pairs = grams(r.words, 2)
    taken = shared(pairs, grams(words(r.query), 2))
    return len(pairs) >= 5 and taken >= 0.75 and taken > shared(pairs, grams(words(r.answer), 2))


def _carry_on(r: Reading) -> bool:
    marker = phrases.ROLE_LINE.match(r.turn.strip())
    if marker or phrases.ASSISTANT_OPENING.match(r.text.lower()) or phrases.ASSISTANT_ANYWHERE.search(r.text.lower()):
        return True
    copied = shared(grams(r.words, 4), grams(words(r.answer), 4))
    if copied > 0.5 and not r.asks:
        return True
    listed = len(phrases.LIST_ITEM.findall(r.text)) >= 2 or "```" in r.text
    if listed and not r.user_voice:
        return True
    return len(r.words) >= 12 and not r.user_voice and (r.grounded >= 0.2 or r.points_back)


def _thanks(r: Reading) -> bool:
    low = r.text.lower()
    if r.asks or phrases.OBJECTION.search(low):
        return False
    if phrases.THANKS.search(low):
        return len(r.words) <= 30
    return bool(phrases.CLOSING.match(low)) and len(r.words) <= 7


def _restatement(r: Reading) -> bool:
    if not r.content or not r.asked:
        return r.words == words(r.query)
    pure = sum(_known(one, r.asked) for one in set(r.content)) / len(set(r.content))
    covered = shared(r.asked, r.content)
    if pure >= 0.8 and covered >= 0.6 and not r.fresh(phrases.NEW_CASE):
        return True
    new_case = r.fresh(phrases.NEW_CASE) or r.points_back or r.uptake >= 2
    return not new_case and ((pure >= 0.65 and covered >= 0.4) or (pure >= 0.5 and covered >= 0.6))


def _same_words(one: list[str], other: list[str]) -> float:
    """F1 of two bags of words: 1 for the same words in any order."""
    both = sum((Counter(one) & Counter(other)).values())
    return 2 * both / (len(one) + len(other)) if both else 0.0


def _follow_up(r: Reading) -> bool:
    if phrases.ARTEFACT.search(r.text.lower()):
        return False
    if r.points_back or r.replies or r.names_known:
        return True
    return r.uptake >= (1 if len(set(r.content)) <= 4 else 2) or (r.uptake == 1 and r.grounded >= 0.3)


def _known(one: str, stems: list[str]) -> bool:
    """Whether a stem, or a longer or shorter form of it, is among `stems`."""
    return any(one == other or (min(len(one), len(other)) >= 5 and (one in other or other in one)) for other in stems)


_RULES = (
    ("malformed", _malformed),
    ("restatement", _repeated),
    ("carry_on", _carry_on),
    ("thanks", _thanks),
    ("restatement", _restatement),
    ("follow_up", _follow_up),
)
