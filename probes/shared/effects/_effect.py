"""What an effect is, and the reading of sentences that several share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Effect:
    """A property of a text that a rule can check, bring about and take away.

    Parameters
    ----------
    says : mapping
        Language -> wordings of the instruction, each completing "Please ...".
    holds : callable
        text -> bool. Some take the amount asked for as a second argument and say so in their file.
    make, undo : callable
        text -> text. For texts of the domain `holds(make(t))` and `not holds(undo(t))`; both leave alone what is
        already so, and change as little as they can.
    own : mapping
        Language -> `make` in the typography of that language, where it differs.
    domain : callable
        text -> bool, whether `make` and `undo` keep their promise for it. By default: two or more sentences, each
        ending in a full stop.
    """

    says: Mapping[str, tuple[str, ...]]
    holds: Callable[..., bool]
    make: Callable[[str], str]
    undo: Callable[[str], str]
    domain: Callable[[str], bool] = lambda text: plain(text)
    own: Mapping[str, Callable[[str], str]] = field(default_factory=dict)

    def instruction(self, language: str = "en", wording: int = 0) -> str:
        """The instruction in one wording. ValueError names the languages it can be said in."""
        if language not in self.says:
            raise ValueError(f"this effect is not worded in {language!r}; there is: {', '.join(self.says)}")
        wordings = self.says[language]
        return wordings[wording % len(wordings)]

    def made(self, text: str, language: str = "en") -> str:
        """The text with the effect, as the language writes it."""
        return self.own.get(language, self.make)(text)


def sentences(text: str) -> list[str]:
    """Pieces that end in a full stop, question or exclamation mark."""
    return [piece for piece in re.split(r"(?<=[.!?])\s+", text.strip()) if re.search(r"\w", piece)]


def plain(text: str) -> bool:
    """Two or more sentences on one line, each beginning with a capital letter and ending in a full stop."""
    pieces = sentences(text)
    whole = all(piece[0].isupper() and piece[1:].lower() == piece[1:] and piece.endswith(".") for piece in pieces)
    return len(pieces) > 1 and whole and text == " ".join(pieces) and not re.search(r'["!?:*•\d,]', text)
