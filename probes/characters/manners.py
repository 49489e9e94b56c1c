"""Manners of writing that a rule can check in a message, and bring about in a plain one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from probes.shared.effects import EFFECTS, sentences
from probes.shared.turns.text import words

LONGEST = 8
"""Words of a terse message."""
_POLITE = re.compile(r"\b(please|thanks?|thank you|kindly|grateful|would you mind|appreciate)\b", re.I)
_UNSURE = re.compile(r"\b(maybe|perhaps|i think|i guess|i suppose|not sure|might|probably|possibly)\b", re.I)


@dataclass(frozen=True)
class Manner:
    """`holds` tells whether a text is written so; `make` writes two plain sentences so."""

    holds: Callable[[str], bool]
    make: Callable[[str], str]


def _lettered(name: str) -> Callable[[str], bool]:
    """An effect of letters, which a text without any cannot have."""
    return lambda text: any(letter.isalpha() for letter in text) and bool(EFFECTS[name].holds(text))


MANNERS: Mapping[str, Manner] = {
    "lowercase": Manner(_lettered("lowercase"), str.lower),
    "uppercase": Manner(_lettered("uppercase"), str.upper),
    "terse": Manner(lambda text: 0 < len(words(text)) <= LONGEST, lambda text: sentences(text)[0]),
    "exclaiming": Manner(lambda text: "!" in text, EFFECTS["exclaimed"].make),
    "asking": Manner(lambda text: "?" in text, lambda text: f"{text} What should I do?"),
    "polite": Manner(lambda text: bool(_POLITE.search(text)), lambda text: f"{text} Thank you for reading this."),
    "unsure": Manner(lambda text: bool(_UNSURE.search(text)), lambda text: f"Maybe it is nothing. {text}"),
    "trailing": Manner(
        lambda text: "..." in text or "…" in text, lambda text: text.rstrip(".").replace(". ", "... ") + "..."
    ),
}
"""No text of a profile holds the manner that it names, so that a copy of it does not count as written in it."""
