"""What kind of message a user turn is: a new ask, or a follow-up with or without feedback. Rules; a judge checks them.

The classes are those of "Do LLMs Benefit From Their Own Words?" (arXiv 2602.24287). As there, any dependence on what
was said before rules out a new ask. The patterns are ours.
"""

from __future__ import annotations

import re

TYPES = ("new_ask", "feedback", "no_feedback")

_FEEDBACK = re.compile(
    r"""^(no|nope|not\ quite|wrong|hmm|actually|perfect|great|good|nice|excellent|lovely)\b
    |\bthanks?\b|\bthank\ you\b
    |\b(that|this|it|your\ \w+)('s|\ is|\ was|\ sounds|\ looks|\ reads|\ seems)\s
      (not|n't|wrong|incorrect|too|right|correct|perfect|great|good|fine|off|exactly|a\ bit|much|still|better)
    |\b(isn't|wasn't|doesn't|didn't)\ (right|correct|what|true|work|add)
    |\b(you|your)\b[^.?!]*\b(mistake|error|wrong|forgot|missed|misread|mixed\ up|ignored|left\ out)
    |\bi\ (said|asked|meant|wanted|told\ you|don't\ (like|think|agree))\b
    |\b(too|bit)\ (long|short|formal|casual|vague|technical|complicated|simple|dry|wordy|cheerful)\b
    |\b(please\ )?(redo|fix|correct|rewrite|rephrase|reword|shorten)\ (it|that|this|your|them)\b
    |\bmake\ (it|that|them|this)\b|\btry\ again\b|\b(shorter|simpler|warmer|friendlier)\s*(please)?[.!]?$""",
    re.IGNORECASE | re.VERBOSE,
)
_DEPENDENT = re.compile(
    r"""^(and|but|so|then|also|ok(ay)?|why|how\ so|what\ about|how\ about|now)\b
    |\b(it|those|these|them|they)\b|\b(he|she|him|her|his|hers)\b
    |\b(that|this)\b(?=\s*[.,?!]|\s*$|\s+(is|was|one|again|country|trip|case|discount|way|code|time)\b)
    |\b(first|second|third|fourth|last|other|former|latter|next)\ (one|option|step|item|name|idea|point|word|title)\b
    |\b(the\ (former|latter|previous|others|rest|same|result)|option\ \w|number\ \d+|item\ \d+)\b
    |\b(did|do|are|were|have)\ (you|i)\b|\b(did|my)\b
    |\b(you\ (said|gave|listed|named|chose|picked|used)|above|earlier|again|instead|more|else|now|replace)\b
    |\byour\ (list|answer|reply|suggestion|choice|plan|example|recipe|first|second|last)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_FRAGMENT_WORDS = 4
_COMMON_WORDS = """what which when where does have been with from that this there they them your would could should
about many much name give tell write suggest make please sentence word line call called stand mean takes take people
person"""
_COMMON = frozenset(re.findall(r"\w+", _COMMON_WORDS))
_OVERLAP = 0.4
"""Share of a message's content words that were said before, from which on it counts as a follow-up."""


def turn_type(text: str, before: str = "") -> str:
    """`new_ask`, `feedback` or `no_feedback`, by patterns and by the words shared with all that was said `before`.

    The first message of a conversation (nothing before) is always a new ask.
    """
    text = text.strip()
    if not before:
        return "new_ask"
    if _FEEDBACK.search(text):
        return "feedback"
    words = _content(text)
    shared = len(words & _content(before)) / len(words) if words else 1.0
    if _DEPENDENT.search(text) or len(text.split()) < _FRAGMENT_WORDS or shared >= _OVERLAP:
        return "no_feedback"
    return "new_ask"


def _content(text: str) -> set[str]:
    """Words of four letters and more without the commonest, plural endings cut."""
    words = {word.removesuffix("s") for word in re.findall(r"[^\W\d_]{4,}", text.casefold())}
    return words - _COMMON
