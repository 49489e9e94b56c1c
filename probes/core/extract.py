"""An answer of a known form out of free text, by the same rules for every condition.

An answer stands behind an anchor ("the answer is", "####", a box) or, where a sentence was left open for it, at the
beginning. What stands there is read in its own clause, so that the words around an answer are not taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation

FORMS = {
    "number": "Therefore, the answer (as a number) is",
    "yes_no": "Therefore, the answer (yes or no) is",
    "letters": "Therefore, the answer (the letters without spaces) is",
    "date": "Therefore, the answer (as MM/DD/YYYY) is",
    "choice": "Therefore, among the answers offered, the right one is (",
}
"""Form of an answer -> what the model is made to say before it in the second pass."""

_ANCHOR = re.compile(
    r"#{4,}|\\boxed\{|\banswer\W*\n"
    r"|\b(?:answers?|right one|correct (?:one|option|choice))\b[^.!?\n:=]{0,80}?"
    r"(?:(?<!you )(?<!we )\b(?:is|are|was|were|(?:would|will|must|should|has to) be)\b(?: as follows)?|[:=])",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r".*?(?=[.!?][\"'\u201d)*_]*(?:\s+(?!(?-i:[A-Z](?:\.\s|\s[A-Z]\b)))|$)|\n|$)", re.IGNORECASE)
_WORD = re.compile(r"\w")
_FAR = 200
"""Characters: an answer stands no further behind its anchor; a bound, since a text may hold thousands of anchors."""
_MARKS = [(r"\\(?:text|mathrm|textbf|mathbf)\{([^{}]*)\}", r"\1"), (r"\{,\}|\\,|\\!", ","), (r"\\[()\[\]]|\\\$|\$", ""),
          (r"\*+|`+|(?<!\w)_+|_+(?!\w)", ""), ("[\u201c\u201d\u00ab\u00bb]", '"'), ("[\u2018\u2019]", "'"),
          ("[\u2212\u2013]", "-"), ("[\u00a0\u202f]", " "),
          (r"(?i)\b(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\. (?=\d)", r"\1 ")]  # fmt: skip


def extract(text: str, form: str, last: bool = False, options: Sequence[str] = ()) -> str | None:
    """The answer of a form in a text, in normal form; None where there is none.

    Parameters
    ----------
    text : what a model wrote; markup is looked through.
    form : one of FORMS.
    last : the text reasons freely and the answer is its last conclusion; otherwise the text goes on from FORMS[form].
    options : texts of the options A, B, ...; a choice may then also name one in words.
    """
    if form not in FORMS:
        raise ValueError(f"form {form!r} is not one of {', '.join(FORMS)}")
    plain = _unmarked(text)
    clauses = list(_concluding(plain))
    for clause in reversed(clauses) if last else [_clause(plain, 0), *clauses]:
        if (answer := _READ[form](re.sub(r"^\W*not\b.*?\bbut\b", "", clause), options)) is not None:
            return answer
    return _unanchored(plain, form, options) if last else None


def _unmarked(text: str) -> str:
    for mark, instead in _MARKS:
        text = re.sub(mark, instead, text)
    return text


def _concluding(text: str) -> Iterator[str]:
    """What stands behind each anchor."""
    for anchor in _ANCHOR.finditer(text):
        yield _clause(text, anchor.end())


def _clause(text: str, start: int) -> str:
    """From a place to the end of its sentence or line, the next line where this one says nothing; at most _FAR."""
    word = _WORD.search(text, start)
    if not word:
        return ""
    start = max(start, text.rfind("\n", start, word.start()) + 1)
    clause = _CLAUSE.match(text, start, min(len(text), word.start() + _FAR))
    return clause[0] if clause else ""


def _unanchored(text: str, form: str, options: Sequence[str]) -> str | None:
    """The last conclusion of a text that does not say that it is one."""
    if form == "number":
        numbers = [value for value in map(_decimal, _NUMBER.findall(_thousands(text))) if value]
        return numbers[-1] if numbers else None
    if form == "date":
        dates = list(_DATE.finditer(text))
        return _date(dates[-1][0], ()) if dates else None
    sentences = [clause for line in text.split("\n") for clause in re.split(r"(?<=[.!?])\s+", line)]
    for sentence in reversed(sentences):
        if (answer := _STRICT[form](sentence, options)) is not None:
            return answer
    return None


_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?!\d)")
_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_UNITS = _UNIT_WORDS.split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDED = re.compile(
    rf"(?<!no )\b(?:({'|'.join(_TENS)})(?:[-\s]({'|'.join(_UNITS[1:10])}))?|({'|'.join(_UNITS)}))\b", re.I
)


def _thousands(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)


def _number(clause: str, _: Sequence[str]) -> str | None:
    """The first number of a clause, after its last equals sign where it has one; else a number in words."""
    plain = _thousands(clause)
    digits = _NUMBER.search(plain.rpartition("=")[2]) or _NUMBER.search(plain)
    if digits:
        return _decimal(digits[0])
    worded = _WORDED.search(plain)
    if not worded:
        return None
    tens, unit, alone = (word.lower() if word else "" for word in worded.groups())
    return str(_UNITS.index(alone) if alone else 20 + 10 * _TENS.index(tens) + (_UNITS.index(unit) if unit else 0))


def _decimal(digits: str) -> str | None:
    try:
        return f"{Decimal(digits).normalize():f}"
    except InvalidOperation:
        return None


def _yes_no(clause: str, _: Sequence[str]) -> str | None:
    answer = re.search(r"\b(yes|no)\b", clause, re.I)
    return answer[1].lower() if answer else None


def _yes_no_alone(sentence: str, _: Sequence[str]) -> str | None:
    """A yes or no that is an answer and no determiner ("no coin"): at the beginning, or at the end."""
    answer = re.match(r"\W*(yes|no)\b(?=\W*$|\s*[,.;:!-])", sentence, re.I)
    answer = answer or re.search(r"(?:[,:;-]|\bso|\bthus|\bhence|\btherefore)\s*[\"']?(yes|no)\W*$", sentence, re.I)
    return answer[1].lower() if answer else None


_SPELLED = re.compile(r"(?<![A-Za-z])[A-Za-z](?:[\s,.\"'-]+(?:and\s+)?[A-Za-z](?![A-Za-z]))+")
_QUOTED = re.compile(r"[\"'(]\s*([A-Za-z](?:[A-Za-z]*|(?:[\s,.-]+[A-Za-z](?![A-Za-z]))+))[\s.,]*[\"')]")
_AROUND = (
    "the is are be answer answers letters letter last final new word words string so a an i of and or therefore thus "
    "hence combination combined result sequence order that this it we you get gives form formed forms which in as from "
    "to by with each all four correct right following simply just then spells spelled"
)
_NO_ANSWER = frozenset(_AROUND.split())
"""Words that stand around an answer and are none."""


def _letters(clause: str, _: Sequence[str]) -> str | None:
    """A quoted string, letters spelled out, or the first word that is no word around an answer."""
    for passage in _QUOTED.findall(clause):
        if (joined := "".join(re.findall(r"[A-Za-z]", passage)).lower()) not in _NO_ANSWER:
            return joined
    for passage in _SPELLED.findall(clause):
        letters = re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", passage)
        if len(letters) > 1:
            return "".join(letters).lower()
    words = [word.lower() for word in re.findall(r"[A-Za-z]+", clause)]
    return next((word for word in words if word not in _NO_ANSWER), None)


def _letters_alone(sentence: str, _: Sequence[str]) -> str | None:
    """Without an anchor only what is set apart: after a colon or an arrow at the end, quoted at the end, or alone."""
    set_apart = re.search(
        r"(?:^|[:=>]|\b(?:get|gives?|spells?|forms?|is|have))\s*[\"']?([A-Za-z]+)[\"']?\W*$", sentence
    )
    word = set_apart[1].lower() if set_apart else ""
    if word and word not in _NO_ANSWER:
        return word
    parts = [*_QUOTED.findall(sentence)[-1:], *_SPELLED.findall(sentence)[-1:]]
    return "".join(re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])|[A-Za-z]{2,}", parts[0])).lower() if parts else None


_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december"]  # fmt: skip
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "september" else "sep(?:t(?:ember)?)?" for name in _MONTHS)
_ORDINAL = r"(?:st|nd|rd|th)?"
_DATE = re.compile(
    r"\b(?P<m1>\d{1,2})[/-](?P<d1>\d{1,2})[/-](?P<y1>\d{4})\b|\b(?P<y2>\d{4})[/-](?P<m2>\d{1,2})[/-](?P<d2>\d{1,2})\b"
    rf"|\b(?P<m3>{_MONTH})\.? (?:the )?(?P<d3>\d{{1,2}}){_ORDINAL},? (?:of )?(?P<y3>\d{{4}})\b"
    rf"|\b(?P<d4>\d{{1,2}}){_ORDINAL} (?:of )?(?P<m4>{_MONTH})\.?,? (?P<y4>\d{{4}})\b",
    re.IGNORECASE,
)


def _date(clause: str, _: Sequence[str]) -> str | None:
    """MM/DD/YYYY of the first date: 3/7/2001, 2001-03-07, March 7, 2001 or 7 March 2001."""
    date = _DATE.search(clause)
    if not date:
        return None
    parts = {name[0]: value for name, value in date.groupdict().items() if value}
    month = int(parts["m"]) if parts["m"].isdigit() else 1 + [m[:3] for m in _MONTHS].index(parts["m"][:3].lower())
    return f"{month:02d}/{int(parts['d']):02d}/{parts['y']}"


_LABEL = re.compile(r"\(([A-Ea-e])\)|\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer) ([A-E])\b|(?<![\w'])([A-E])\)")
_BARE = re.compile(r"(?<![A-Za-z'])([A-E])(?![A-Za-z']|\s+[a-z])")


def _choice(clause: str, options: Sequence[str]) -> str | None:
    """A label in brackets or on its own, and not the article A; else the one option that is named in words."""
    label = _LABEL.search(clause) or _BARE.search(clause)
    return next(group for group in label.groups() if group).upper() if label else _named(clause, options)


def _choice_alone(sentence: str, options: Sequence[str]) -> str | None:
    matches = _LABEL.findall(sentence) or re.findall(r"^\W*([A-E])\W*$", sentence)
    labels = [label.upper() for groups in matches for label in groups if label]
    return labels[-1] if labels else _named(sentence, options)


def _named(clause: str, options: Sequence[str]) -> str | None:
    bare = [re.sub(r"^(the|a|an) ", "", option.lower().strip(" .")) for option in options]
    named = [
        k for k, words in enumerate(bare) if words and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", clause.lower())
    ]
    return "ABCDE"[named[0]] if len(named) == 1 and named[0] < 5 else None


_Reader = Callable[[str, Sequence[str]], str | None]
_READ: dict[str, _Reader] = {
    "number": _number,
    "yes_no": _yes_no,
    "letters": _letters,
    "date": _date,
    "choice": _choice,
}
_STRICT: dict[str, _Reader] = {"yes_no": _yes_no_alone, "letters": _letters_alone, "choice": _choice_alone}
