"""Free text to one of the options, or nothing: the same rules for every condition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

FORMS = {
    "number": "Therefore, the answer (as a number) is",
    "yes_no": "Therefore, the answer (yes or no) is",
    "letters": "Therefore, the answer (the letters without spaces) is",
    "date": "Therefore, the answer (as MM/DD/YYYY) is",
    "choice": "Therefore, among the answers offered, the right one is (",
}
"""Form of an answer -> what the model is made to say before it in the second pass."""

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?!\d)")


_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december"]  # fmt: skip
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS)
_DATE = re.compile(
    r"\b(?P<m1>\d{1,2})/(?P<d1>\d{1,2})/(?P<y1>\d{4})\b|\b(?P<y2>\d{4})-(?P<m2>\d{2})-(?P<d2>\d{2})\b"
    rf"|\b(?P<m3>{_MONTH})\.? (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y3>\d{{4}})\b",
    re.I,
)


def extract(text: str, form: str, last: bool = False) -> str | None:
    """The first answer of a form in a text (the last with `last`), in normal form; None where there is none.

    Numbers lose thousands commas and idle zeros; a comma between digits counts as one only before three digits.
    """
    if form not in FORMS:
        raise ValueError(f"form {form!r} is not one of {', '.join(FORMS)}")
    found = [answer for answer in _all(text, form) if answer]
    return None if not found else found[-1 if last else 0]


def _all(text: str, form: str) -> list[str | None]:
    if form == "number":
        plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
        return [_number(match) for match in _NUMBER.findall(plain)]
    if form == "yes_no":
        return [word.lower() for word in re.findall(r"\b(yes|no)\b", text, re.I)]
    if form == "date":
        return [_date(**match.groupdict()) for match in _DATE.finditer(text)]
    if form == "letters":
        spelled = re.sub(r"\b([A-Za-z])(?:[\s,.\"'-]+(?=[A-Za-z]\b))", r"\1", text)
        return [word.lower() for word in re.findall(r"[A-Za-z]+", spelled) if _is_answer(word)]
    return re.findall(r"(?<![A-Za-z'])([A-E])(?![A-Za-z'])", text)


def _date(**parts: str | None) -> str:
    """MM/DD/YYYY of a match: 3/7/2001, 2001-03-07 or March 7, 2001."""
    said = {name[0]: value for name, value in parts.items() if value}
    month = said["m"] if said["m"].isdigit() else [name[:3] for name in _MONTHS].index(said["m"][:3].lower()) + 1
    return f"{int(month):02d}/{int(said['d']):02d}/{said['y']}"


def _number(digits: str) -> str | None:
    try:
        return f"{Decimal(digits).normalize():f}"
    except InvalidOperation:
        return None


def _is_answer(word: str) -> bool:
    return word.lower() not in {"the", "is", "answer", "letters", "last", "so", "a", "i", "of", "and", "therefore"}


_NONE = re.compile(r"\b(nowhere|(can(not|'t| not)|impossible to) (be )?(know|tell|determine|say))", re.I)
"""What says that there is no answer, whatever else it names."""


def chosen(text: str, options: Sequence[str]) -> str | None:
    """The one option that a text names; None if it names none or several, or says that there is no answer.

    Where several are named, what follows the last "answer is" decides, if that names one.
    """
    named = [] if _NONE.search(text) else _named(text, options)
    if len(named) > 1 and (tail := re.split(r"answer is", text, flags=re.I)[1:]):
        named = _named(tail[-1], options)
    return named[0] if len(named) == 1 else None


_REFUSAL = re.compile(
    r"\b(I('m| am) sorry|I (can(not|'t| not)|won't|will not|am unable to|am not able to)|as an AI)\b", re.I
)


def unread(text: str, stop: str) -> str:
    """The status of a text without an answer: `refused` if it says so, `truncated` if it was cut, else `unscored`."""
    if _REFUSAL.search(text):
        return "refused"
    return "truncated" if stop == "length" else "unscored"


def _named(text: str, options: Sequence[str]) -> list[str]:
    said = text.lower()
    bare = {option: re.sub(r"^(the|a|an) ", "", option.lower().strip(" .")) for option in options}
    return [option for option, words in bare.items() if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", said)]
