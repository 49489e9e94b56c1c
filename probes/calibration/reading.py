"""Reading a confidence from free text. What cannot be read for certain gets a status, never a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from probes.calibration.tongue import tongue

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w]|[.,]\d)")
_MARKED = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s*(?:%|per ?cent\b|[Pp]rozent\b|por ciento\b|pour ?cent\b)")
_ALONE = re.compile(r"(?:[a-zà-ÿœ ]*(?:is|ist|es(?: del?)?|est(?: de)?|:))?\s*\d+(?:[.,]\d+)?\s*\.?", re.IGNORECASE)
_SPAN = re.compile(r"(?<!\w)-\s?\d|\d\s?(?:-|\u2013|to|bis|a|à)\s?\d")
_DECLINES = re.compile(
    r"\b(?:can(?:no|')?t|cannot|unable|refuse|won't|don't know|do not know|no idea|kann (?:ich |es )?nicht|weiß (?:ich "
    r"|es )?nicht|keine Ahnung|unmöglich|no se puede|no puedo|no (?:lo )?sé|ni idea|imposible saber"
    r"|ne (?:peux|sais) pas|aucune idée)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|nicht|kein\w*|no (?:es|muy|casi|probable)|poco|nada|pas|peu|guère)\b")


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
        {float(n.replace(",", ".")) for n in matches} for matches in (_MARKED.findall(line), _NUMBER.findall(line))
    )
    numbers = marked or (every if _ALONE.fullmatch(line) else set())
    if len(numbers) != 1 or _SPAN.search(line):
        return "unscored"
    value = next(iter(numbers))
    return "unscored" if not 0 <= value <= 100 or (0 < value < 1 and not marked) else value / 100


def words(text: str, language: str = "en") -> float | str:
    """What the one phrase of the elicitation in the first line stands for (our convention); `unscored` for none or
    several."""
    line, known = first_line(text).lower(), tongue(language)["elicit"]["words"]
    phrases = {phrase for phrase in known if re.search(rf"\b{phrase}\b", line)}
    if len(phrases) == 1 and not _DENIED.search(line):
        return float(known[phrases.pop()])
    return "refused" if not phrases and _DECLINES.search(line) else "unscored"


def letter(text: str, labels: Sequence[str]) -> str | None:
    """The label a reply begins with, or the only one it names as a word; None where that is not clear."""
    line = first_line(text)
    begins = re.match(r"\(?([A-Z])(?![A-Za-z'])", line)
    if begins and begins[1] in labels:
        return begins[1]
    named = {label for label in re.findall(r"\b([B-Z])\b", line) if label in labels}
    return named.pop() if len(named) == 1 else None
