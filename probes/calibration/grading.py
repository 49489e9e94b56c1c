"""Is a free answer right, and does a reply say that the question cannot be answered?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from probes.calibration.reading import first_line

_LEARN = r"(?:know|tell|told|say|said|be sure|be certain|determin|answer|predict|establish|estimat|verif)\w*"
_FOUND_OUT = r"(?:known|clear|certain|determined|established|settled|resolved|decided|agreed|answerable|knowable)"
_ABSTENTIONS = (
    rf"\b(?:can(?:no|')?t|can not|unable to|no one can|nobody can|no way to|(?:im|not )possible (?:for \w+ )?to"
    rf"|(?:difficult|hard) to) (?:\w+ )?(?:be )?{_LEARN}",
    rf"\b(?:is|are|was|has|remains?|stays?|still|currently)(?: \w+){{0,2}} (?:un|not (?:yet )?(?:\w+ )?){_FOUND_OUT}\b",
    rf"^\W*(?:un|not ){_FOUND_OUT}\W*$",
    r"(?:\b(?:not|no|without)|n't) ?(?:enough|sufficient|public|publicly available|reliable|available|any)? ?"
    r"(?:information|data|evidence|details|context)\b",
    r"\bno (?:\w+ ){0,2}(?:answer|proof|consensus|agreement|case|record|information|evidence)\b",
    r"\b(?:much|ongoing|considerable|matter of|open to) (?:debate|opinion|speculation)\b",
    r"\b(?:nobody|no one|none of us)(?: \w+)? knows?\b",
    r"\b(?:do|does|did)(?: not|n't) (?:\w+ )?know\b",
    r"\b(?:i'm|i am|we're|we are) not (?:\w+ )?(?:sure|certain|aware)\b|\bno idea\b",
)
_UNKNOWN = re.compile("|".join(_ABSTENTIONS), re.IGNORECASE)
_CONCLUDES = re.compile(r"(?:\bthe (?:final )?answer is|####)\s*:?\s*\$?(.+)", re.IGNORECASE)
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_TRAIL = re.compile(
    r"\s*(?:[;(\u2013\u2014]|\s-\s|,(?!.*\b(?:and|or)\b)|[.!](?=\s)"
    r"|\b(?:which|who|whose|where|because|since|when|although|while|after|before|during)\b"
    rf"|\b(?:in|on|since|from|until) (?:the year |early |late |about )?(?:\d|{_MONTH})).*",
    re.IGNORECASE | re.DOTALL,
)
"""What may follow an answer without being part of it: a clause of its own, a date, a second sentence."""


def normal(text: str) -> str:
    """Lower case, without articles, thousands commas, punctuation at the ends and repeated blanks."""
    line = re.sub(r"(?<=\d),(?=\d{3}\b)", "", first_line(text).lower())
    line = re.sub(r"\b(?:a|an|the)\b", " ", line)
    return " ".join(line.split()).strip(" .,:;!?\"'*()[]")


def matches(text: str, right: Sequence[str], question: str = "") -> bool:
    """Whether the first line is a right answer, ends with it ("The sum is 12.") or fills it in ("Ada is the tallest.").

    What follows it in a clause of its own ("Paris, which lies on the Seine") is looked past. Filling in counts only
    where what follows `is` stands in the question. Of an answer that reasons and then says so ("The answer is 12.",
    "#### 12") the last such conclusion is the answer, right or wrong.
    """
    concluded = _CONCLUDES.findall(text)
    line = first_line(concluded[-1] if concluded else text)
    targets = set(map(normal, right))
    return any(_is(normal(part), targets, question) for part in (line, _TRAIL.sub("", line)))


def _is(answer: str, targets: set[str], question: str) -> bool:
    parts = [normal(part) for part in re.split(r"\b(?:is|was|are|were)(?: \w+ by)?\b|=|:", answer)]
    if answer in targets or parts[-1] in targets:
        return True
    return len(parts) == 2 and parts[0] in targets and bool(parts[1]) and parts[1] in normal(question)


def unknown(text: str) -> bool:
    """Whether the first line says that the question cannot be answered."""
    return bool(_UNKNOWN.search(first_line(text).replace("\u2019", "'")))
