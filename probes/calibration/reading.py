"""Reading a confidence or an answer from free text. What cannot be read for certain gets a status, never a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

WORDS = {
    "almost certain": 0.95,
    "likely": 0.75,
    "even chance": 0.5,
    "unlikely": 0.25,
    "almost impossible": 0.05,
}
"""Words of the elicitation and what they stand for: our convention."""
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w]|[.,]\d)")
_MARKED = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s*(?:%|per ?cent\b)")
_ALONE = re.compile(r"(?:[a-z ]*(?:is|:))?\s*\d+(?:[.,]\d+)?\s*\.?", re.IGNORECASE)
_SPAN = re.compile(r"(?<!\w)-\s?\d|\d\s?(?:-|\u2013|to)\s?\d")
_UNKNOWN = re.compile(
    r"(?:can(?:no|')?t|cannot|can not|(?:im|not )possible to|unable to) (?:be )?(?:know|tell|determine|say|answer)"
    r"|not enough information|unknown|nobody knows",
    re.IGNORECASE,
)
_DECLINES = re.compile(
    r"\b(?:can(?:no|')?t|cannot|unable|refuse|won't|don't know|do not know|no idea)\b", re.IGNORECASE
)


def first_line(text: str) -> str:
    """The first line that is not blank."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def percent(text: str) -> float | str:
    """The percentage in the first line as a share: the one number with a percent sign, else the number alone.

    `unscored` for none, several, or one outside 0 to 100. A decimal fraction without a percent sign ("0.8") could mean
    80 % or 0.8 %, so it is not read.
    """
    line = first_line(text)
    if _DECLINES.search(line):
        return "refused"
    marked, every = (
        {float(n.replace(",", ".")) for n in found} for found in (_MARKED.findall(line), _NUMBER.findall(line))
    )
    numbers = marked or (every if _ALONE.fullmatch(line) else set())
    if len(numbers) != 1 or _SPAN.search(line):
        return "unscored"
    value = next(iter(numbers))
    return "unscored" if not 0 <= value <= 100 or (0 < value < 1 and not marked) else value / 100


def words(text: str) -> float | str:
    """The one phrase of WORDS in the first line; `unscored` for none or several."""
    line = first_line(text).lower()
    found = {phrase for phrase in WORDS if re.search(rf"\b{phrase}\b", line)}
    if len(found) == 1 and not re.search(r"\bnot\b", line):
        return WORDS[found.pop()]
    return "refused" if not found and _DECLINES.search(line) else "unscored"


def letter(text: str, labels: Sequence[str]) -> str | None:
    """The label a reply begins with, or the only one it names as a word; None where that is not clear."""
    line = first_line(text)
    begins = re.match(r"\(?([A-Z])(?![A-Za-z'])", line)
    if begins and begins[1] in labels:
        return begins[1]
    named = {found for found in re.findall(r"\b([B-Z])\b", line) if found in labels}
    return named.pop() if len(named) == 1 else None


def normal(text: str) -> str:
    """Lower case, without articles, thousands commas, punctuation at the ends and repeated blanks."""
    line = re.sub(r"(?<=\d),(?=\d{3}\b)", "", first_line(text).lower())
    line = re.sub(r"\b(?:a|an|the)\b", " ", line)
    return " ".join(line.split()).strip(" .,:;!?\"'*()[]")


_CONCLUDES = re.compile(r"(?:\bthe (?:final )?answer is|####)\s*:?\s*\$?(.+)", re.IGNORECASE)


def matches(text: str, right: Sequence[str], question: str = "") -> bool:
    """Whether the first line is a right answer, ends with it ("The sum is 12.") or fills it in ("Ada is the tallest.").

    Filling in counts only where what follows `is` stands in the question. Of an answer that reasons and then says so
    ("The answer is 12.", "#### 12") the last such conclusion is the answer, right or wrong.
    """
    targets, concluded = set(map(normal, right)), _CONCLUDES.findall(text)
    if concluded:
        return normal(concluded[-1]) in targets
    said = normal(text)
    parts = [normal(part) for part in re.split(r"\bis\b|=|:", said)]
    if said in targets or parts[-1] in targets:
        return True
    return len(parts) == 2 and parts[0] in targets and bool(parts[1]) and parts[1] in normal(question)


def unknown(text: str) -> bool:
    """Whether the first line says that the question cannot be answered."""
    return bool(_UNKNOWN.search(first_line(text)))
