"""Whether an answer is right: a number for maths, verifiable constraints for instructions. Each check is a function."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from probes.shared.effects import EFFECTS, sentences
from probes.shared.items.contexts import Context
from probes.shared.turns.text import words
from probes.user_turn.instructions import followed, known

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:/\d+)?")


def right(answer: str, check: Mapping[str, Any]) -> float | str:
    """1 if every check holds, 0 if one fails, `unscored` where there is no check or no number to read."""
    if not check:
        return "unscored"
    if "number" in check:
        number, wanted = last_number(answer), check["number"]
        return "unscored" if number is None else float(abs(number - wanted) < 1e-6 + 1e-4 * abs(wanted))
    if "instructions" in check:
        return followed(answer, check["instructions"])
    verify(check)
    return float(all(_CHECKS[name](answer, value, check) for name, value in check.items() if name not in _ARGUMENTS))


def verify(check: Mapping[str, Any]) -> None:
    """ValueError where a check is named that does not exist, which no answer could fail."""
    for name, _ in check.get("instructions", ()):
        known(name)
    names = [*_CHECKS, *_ARGUMENTS, "number", "instructions"]
    for name in check:
        if name not in names:
            raise ValueError(f"there is no check {name!r}; there are {', '.join(names)}")


def verified(context: Context) -> Context:
    """The context itself. ValueError, with its id, where one of its checks does not exist."""
    try:
        verify(context.check)
    except ValueError as error:
        raise ValueError(f"context {context.id!r}: {error}") from error
    return context


def last_number(text: str) -> float | None:
    """The last number of a text, `#### 12`, `1,200`, `$3.50` and `3/4` included; None where there is none."""
    numbers = _NUMBER.findall(re.sub(r"(?<=\d)\s*%", "", text))
    if not numbers:
        return None
    top, _, bottom = numbers[-1].replace(",", "").partition("/")
    return float(top) / float(bottom) if bottom and float(bottom) else float(top)


def _effect(name: str, counted: bool = False) -> Any:
    """The check of an effect; `counted` ones ask for so many of it."""
    return lambda text, n, check: EFFECTS[name].holds(text, n) if counted else EFFECTS[name].holds(text)


def _is_json(text: str) -> bool:
    body = re.sub(r"^```(?:json)?\s*|\s*```$", "", text.strip())
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


_CHECKS: dict[str, Any] = {
    "no_comma": lambda text, v, c: "," not in text,
    "sentences": lambda text, n, c: len(sentences(text)) == n,
    "paragraphs": _effect("paragraphs", counted=True),
    "bullets": _effect("bulleted", counted=True),
    "numbered": _effect("numbered", counted=True),
    "lowercase": _effect("lowercase"),
    "uppercase": _effect("uppercase"),
    "max_words": lambda text, n, c: len(words(text)) <= n,
    "min_words": lambda text, n, c: len(words(text)) >= n,
    "contains": lambda text, word, c: text.lower().count(word.lower()) >= c.get("times", 1),
    "and": lambda text, word, c: word.lower() in text.lower(),
    "without": lambda text, word, c: word.lower() not in words(text),
    "starts": lambda text, start, c: text.strip().startswith(start),
    "ends": lambda text, end, c: text.strip().endswith(end),
    "quoted": _effect("quoted"),
    "title": lambda text, v, c: bool(re.search(r"<<[^<>\n]+>>", text)),
    "json": lambda text, v, c: _is_json(text),
    "one_of": lambda text, options, c: text.strip().rstrip(".!").lower() in options,
}
_ARGUMENTS = ("times",)
"""Entries that belong to another check."""
