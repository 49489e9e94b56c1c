"""Instrument (a): the class of a user turn from its words alone: overlap, role markers, repetition, stock phrases."""

from __future__ import annotations

from collections import Counter

from probes.shared.turns import phrases
from probes.shared.turns.reading import Reading, known
from probes.shared.turns.text import FUNCTION_WORDS, grams, looped, shared, words


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
    pure = sum(known(one, r.asked) for one in set(r.content)) / len(set(r.content))
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


_RULES = (
    ("malformed", _malformed),
    ("restatement", _repeated),
    ("carry_on", _carry_on),
    ("thanks", _thanks),
    ("restatement", _restatement),
    ("follow_up", _follow_up),
)
