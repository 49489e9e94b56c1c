"""Partners of four types, replies that tell more or less of the type, and what can be known from them at best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from probes.core.transcript import Transcript
from probes.shared.world import names, tongue

TYPES = ("price", "proof", "freedom", "ear")
"""Types of partner; each is won by the strategy of the same name and by no other."""
INFORMATION = ("prefix", "reply", "outcome")
"""What is known: the speaker's move; also the reply; also whether the move won the partner."""
BLOCK = 5
"""Squares of a block: 20 partners, of whose cues exactly 20 times the share come from the own type."""


@dataclass(frozen=True)
class Partners:
    """Four partners, one of each type, in the same situation after the same move.

    Parameters
    ----------
    square : int
        Number of the square, the independent unit.
    share : float
        Share of cues that come from the partner's own type, the others from any other type alike; .25 tells nothing.
    cues : int
        Cues in a reply.
    move : str
        The strategy that the speaker tried.
    given : tuple of tuple of str
        Types that the cues of each partner's reply come from.
    """

    square: int
    share: float
    cues: int
    move: str
    who: str
    topic: str
    given: tuple[tuple[str, ...], ...]
    language: str = "en"

    def facts(self) -> dict[str, str | int | float]:
        """The columns partners bring to a record; the ceilings are the hits of a Bayesian who knows the share."""
        tried: dict[str, str | int | float] = {"cue_share": self.share, "cues": self.cues, "tried": self.move}
        return {"square": self.square, **tried, "topic": self.topic, "language": self.language}

    def reply(self, at: int) -> str:
        """What a partner answers: a sentence for each cue; wordings take turns."""
        words = tongue("partners", self.language)
        return " ".join(
            words.phrase("cue", self.square + at + place, kind) for place, kind in enumerate(self.given[at])
        )

    def known(self, at: int, information: str) -> str:
        """What is known about a partner, as lines."""
        words, cards = tongue("partners", self.language), tongue("cards", self.language)
        proposal = cards.phrase("proposal", text=cards.phrase("proposal", 0, self.topic))
        lines = [words.phrase("table"), words.phrase("setting", who=self.who, proposal=proposal)]
        lines.append(words.phrase("move", 0, self.move))
        if information != "prefix":
            lines.append(words.phrase("reply", who=self.who, cues=self.reply(at)))
        if information == "outcome":
            lines.append(words.phrase("yes" if TYPES[at] == self.move else "no", who=self.who))
        return "\n".join(lines)

    def asked(self, at: int, information: str, options: str) -> Transcript:
        """What would have won a partner?"""
        words = tongue("partners", self.language)
        question = words.phrase("ask", who=self.who, options=options)
        return Transcript().user(f"{self.known(at, information)}\n{question}")

    def ceiling(self, information: str) -> float:
        """Expected hits of a Bayesian who knows the share."""
        return ceiling(self.share, self.cues, information)


def ceiling(share: float, cues: int, information: str = "reply") -> float:
    """Expected hits of the best guess at one of four types, by enumeration of all replies.

    >>> [round(ceiling(.55, 1, known), 3) for known in INFORMATION]
    [0.25, 0.55, 0.7]
    """
    k = len(TYPES)
    if information == "prefix":
        return 1 / k
    hits = 0.0
    for reply in product(range(k), repeat=cues):
        joint = [np.prod([share if cue == kind else (1 - share) / (k - 1) for cue in reply]) / k for kind in range(k)]
        hits += float(joint[0] + max(joint[1:]) if information == "outcome" else max(joint))
    return hits


def partners(blocks: int, share: float, cues: int, seed: int = 0, language: str = "en") -> Iterator[Partners]:
    """Blocks of five squares; within a block and place of the cue the share of own cues is exact. ValueError where it
    cannot be."""
    rows, k = BLOCK * len(TYPES), len(TYPES)
    own = round(rows * share)
    if abs(rows * share - own) > 1e-9 or not 0 <= share <= 1:
        raise ValueError(f"a share of {share} of {rows} cues is no whole number")
    rng = np.random.default_rng([seed, own, cues])
    known = list(tongue("cards", language).variables)
    for block in range(blocks):
        places = [_sources(own, rows, rng) for _ in range(cues)]
        for number in range(BLOCK):
            square = block * BLOCK + number
            given = tuple(tuple(TYPES[place[number * k + at]] for place in places) for at in range(k))
            (who,), topic = names(1, rng), known[int(rng.integers(len(known)))]
            yield Partners(square, share, cues, TYPES[square % k], who, topic, given, language)


def _sources(own: int, rows: int, rng: np.random.Generator) -> list[int]:
    """Type that each row's cue comes from: `own` rows the own, the others any other."""
    k = len(TYPES)
    is_own = rng.permutation(rows) < own
    return [row % k if is_own[row] else int((row + rng.integers(1, k)) % k) for row in range(rows)]
