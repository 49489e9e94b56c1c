"""Rules with a scope: an effect on texts of one genre to one recipient, and requests inside, near and outside it.

Four rules and four requests of the same two genres and two recipients make a square: each request is inside the scope
of one rule, one key away from two and two keys away from one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from probes.core.transcript import Transcript
from probes.shared.effects import EFFECTS, Effect
from probes.shared.world import Tongue, tongue

DELIVERIES = ("none", "mention", "context", "system", "earlier")
"""How a rule reaches the model: not at all, as somebody else's, in the request, in the system turn, a turn before."""
GENRES = RECIPIENTS = 4


@dataclass(frozen=True)
class Scope:
    """One effect and a two-by-two of genres and recipients.

    Parameters
    ----------
    effect : str
        Name of the effect, the independent unit.
    genres, recipients : (int, int)
        Places in the tongue's lists.
    matters : tuple of str
        What the four texts are about.
    """

    effect: str
    genres: tuple[int, int]
    recipients: tuple[int, int]
    matters: tuple[str, ...]
    wording: int = 0
    language: str = "en"

    @property
    def words(self) -> Tongue:
        """The tongue of messages."""
        return tongue("messages", self.language)

    @property
    def mark(self) -> Effect:
        """The effect itself."""
        return EFFECTS[self.effect]

    def facts(self) -> dict[str, str | int]:
        """The columns a scope brings to a record."""
        return {"effect": self.effect, "wording": self.wording, "language": self.language}

    def cell(self, at: int) -> tuple[int, int]:
        """Genre and recipient of one of the four domains."""
        return self.genres[at // 2], self.recipients[at % 2]

    def distance(self, rule: int, request: int) -> int:
        """How many keys of a rule's domain and a request's differ: 0, 1 or 2."""
        return sum(one != two for one, two in zip(self.cell(rule), self.cell(request), strict=True))

    def differs(self, rule: int, request: int) -> str:
        """Which keys differ: `none`, `genre`, `recipient` or `both`."""
        return ("none", "recipient", "genre", "both")[rule ^ request]

    def texts(self, request: int) -> tuple[str, str]:
        """The text asked for, with the effect and without it."""
        text = self.words.phrase("text", 0, self.matters[request])
        return self.mark.made(text, self.language), self.mark.undo(text)

    def asked(self, request: int, rule: int | None = None, delivery: str = "none", ending: str = "") -> Transcript:
        """A request, with a rule delivered in one of the ways. ValueError names an unknown one."""
        wanted = self.words.phrase(
            "request", **self._keys(request), text=self.words.phrase("text", 0, self.matters[request])
        )
        wanted = f"{wanted}\n{ending}" if ending else wanted
        if delivery == "none" or rule is None:
            return Transcript().user(wanted)
        rule_text = self.words.phrase("mention" if delivery == "mention" else "rule", self.wording, **self._keys(rule),
                                 instruction=self.mark.instruction(self.language, self.wording))  # fmt: skip
        if delivery == "system":
            return Transcript().system(rule_text).user(wanted)
        if delivery == "earlier":
            return Transcript().user(rule_text).assistant(self.words.phrase("noted")).user(wanted)
        if delivery in ("mention", "context"):
            return Transcript().user(f"{rule_text}\n{wanted}")
        raise ValueError(f"delivery {delivery!r} is not one of {', '.join(DELIVERIES)}")

    def _keys(self, at: int) -> dict[str, Any]:
        genre, recipient = self.cell(at)
        return {"genre": self.words.phrase("genre", genre), "recipient": self.words.phrase("recipient", recipient)}


def scopes(chosen: tuple[str, ...] = (), rounds: int = 1, seed: int = 0, language: str = "en") -> Iterator[Scope]:
    """One scope an effect and round; genres, recipients and matters are drawn, wordings take turns.

    chosen: names of effects, all by default; an unknown one is an error that names the nearest.
    """
    rng = np.random.default_rng(seed)
    matters = list(tongue("messages", language).variables)
    for turn, name in product(range(rounds), chosen or tuple(EFFECTS)):
        EFFECTS[name]
        genres, recipients = (rng.choice(size, 2, replace=False) for size in (GENRES, RECIPIENTS))
        drawn = tuple(str(matter) for matter in rng.choice(matters, 4, replace=False))
        yield Scope(name, _pair(genres), _pair(recipients), drawn, turn % 2, language)


def _pair(drawn: np.ndarray) -> tuple[int, int]:
    return int(drawn[0]), int(drawn[1])
